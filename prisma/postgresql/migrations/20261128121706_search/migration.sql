-- AlterTable
ALTER TABLE "FileEntry" ADD COLUMN "searchKey" TEXT COLLATE "C" NOT NULL DEFAULT '';

-- As the server writes it but for accents. What changes gets its own.
UPDATE "FileEntry" SET "searchKey" = lower("name");

-- CreateIndex
CREATE INDEX "FileEntry_searchKey_id_idx" ON "FileEntry"("searchKey", "id");

-- Any three letters of a name. The extension comes with PostgreSQL, and who owns the database may add it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE INDEX "FileEntry_searchKey_trigrams" ON "FileEntry" USING gin ("searchKey" gin_trgm_ops);

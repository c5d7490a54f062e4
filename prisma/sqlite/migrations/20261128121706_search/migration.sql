-- Written by hand: Prisma would make the table anew, and what stands beside it would not follow.
ALTER TABLE "FileEntry" ADD COLUMN "searchKey" TEXT NOT NULL DEFAULT '';

-- As the server writes it but for accents and letters beyond ASCII. What changes gets its own.
UPDATE "FileEntry" SET "searchKey" = lower("name");

-- CreateIndex
CREATE INDEX "FileEntry_searchKey_id_idx" ON "FileEntry"("searchKey", "id");

-- Any three letters of a name. It keeps no names of its own, and follows the rows by triggers.
CREATE VIRTUAL TABLE "FileSearch" USING fts5("searchKey", content='', contentless_delete=1, tokenize='trigram case_sensitive 1');

INSERT INTO "FileSearch"(rowid, "searchKey") SELECT "id", "searchKey" FROM "FileEntry" WHERE "id" > 0;

CREATE TRIGGER "FileEntry_search_insert" AFTER INSERT ON "FileEntry" WHEN new."id" > 0 BEGIN
  INSERT INTO "FileSearch"(rowid, "searchKey") VALUES (new."id", new."searchKey");
END;

CREATE TRIGGER "FileEntry_search_update" AFTER UPDATE OF "searchKey" ON "FileEntry" WHEN new."searchKey" <> old."searchKey" BEGIN
  DELETE FROM "FileSearch" WHERE rowid = old."id";
  INSERT INTO "FileSearch"(rowid, "searchKey") VALUES (new."id", new."searchKey");
END;

CREATE TRIGGER "FileEntry_search_delete" AFTER DELETE ON "FileEntry" BEGIN
  DELETE FROM "FileSearch" WHERE rowid = old."id";
END;

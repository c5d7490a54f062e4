-- CreateEnum
CREATE TYPE "UploadState" AS ENUM ('RECEIVING', 'DONE');

-- CreateTable
CREATE TABLE "FileEntry" (
    "id" SERIAL NOT NULL,
    "parentId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    -- By bytes, whatever the database's own collation: SQLite sorts the same.
    "sortKey" TEXT COLLATE "C" NOT NULL,
    "extension" TEXT COLLATE "C" NOT NULL,
    "isFolder" BOOLEAN NOT NULL,
    "size" BIGINT NOT NULL,
    "modifiedMicros" BIGINT NOT NULL,
    "ownerId" TEXT,
    "sha256" TEXT,
    "identity" TEXT NOT NULL,
    "listedCtimeMicros" BIGINT,
    "listedAtMicros" BIGINT,

    CONSTRAINT "FileEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Upload" (
    "id" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "length" BIGINT NOT NULL,
    "durableOffset" BIGINT NOT NULL,
    "sha256" TEXT,
    "modifiedAt" TIMESTAMP(3),
    "replace" BOOLEAN NOT NULL,
    "metadata" TEXT NOT NULL,
    "state" "UploadState" NOT NULL,
    "entryId" INTEGER,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Upload_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "FileEntry_parentId_isFolder_sortKey_id_idx" ON "FileEntry"("parentId", "isFolder", "sortKey", "id");

-- CreateIndex
CREATE INDEX "FileEntry_parentId_isFolder_size_id_idx" ON "FileEntry"("parentId", "isFolder", "size", "id");

-- CreateIndex
CREATE INDEX "FileEntry_parentId_isFolder_modifiedMicros_id_idx" ON "FileEntry"("parentId", "isFolder", "modifiedMicros", "id");

-- CreateIndex
CREATE INDEX "FileEntry_parentId_isFolder_extension_sortKey_id_idx" ON "FileEntry"("parentId", "isFolder", "extension", "sortKey", "id");

-- CreateIndex
CREATE INDEX "FileEntry_identity_idx" ON "FileEntry"("identity");

-- CreateIndex
CREATE UNIQUE INDEX "FileEntry_parentId_name_key" ON "FileEntry"("parentId", "name");

-- CreateIndex
CREATE INDEX "Upload_ownerId_createdAt_idx" ON "Upload"("ownerId", "createdAt");

-- CreateIndex
CREATE INDEX "Upload_expiresAt_idx" ON "Upload"("expiresAt");

-- CreateTable
CREATE TABLE "FileEntry" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "parentId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "sortKey" TEXT NOT NULL,
    "extension" TEXT NOT NULL,
    "isFolder" BOOLEAN NOT NULL,
    "size" BIGINT NOT NULL,
    "modifiedMicros" BIGINT NOT NULL,
    "ownerId" TEXT,
    "sha256" TEXT,
    "identity" TEXT NOT NULL,
    "listedCtimeMicros" BIGINT,
    "listedAtMicros" BIGINT
);

-- CreateTable
CREATE TABLE "Upload" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "ownerId" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "length" BIGINT NOT NULL,
    "durableOffset" BIGINT NOT NULL,
    "sha256" TEXT,
    "modifiedAt" DATETIME,
    "replace" BOOLEAN NOT NULL,
    "metadata" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "entryId" INTEGER,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL
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

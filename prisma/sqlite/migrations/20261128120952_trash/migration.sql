-- CreateTable
CREATE TABLE "TrashItem" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "state" TEXT NOT NULL,
    "entryId" INTEGER,
    "name" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "isFolder" BOOLEAN NOT NULL,
    "identity" TEXT NOT NULL,
    "size" BIGINT,
    "sizeIsExact" BOOLEAN NOT NULL,
    "deletedAt" DATETIME NOT NULL,
    "deletedById" TEXT,
    "deletedByName" TEXT NOT NULL,
    "ownerId" TEXT,
    "restorePath" TEXT
);

-- CreateIndex
CREATE INDEX "TrashItem_ownerId_id_idx" ON "TrashItem"("ownerId", "id");

-- CreateIndex
CREATE INDEX "TrashItem_deletedAt_idx" ON "TrashItem"("deletedAt");

-- CreateIndex
CREATE INDEX "TrashItem_path_idx" ON "TrashItem"("path");

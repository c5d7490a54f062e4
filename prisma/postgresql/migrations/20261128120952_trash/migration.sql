-- CreateEnum
CREATE TYPE "TrashState" AS ENUM ('TRASHING', 'KEPT', 'RESTORING');

-- CreateTable
CREATE TABLE "TrashItem" (
    "id" TEXT NOT NULL,
    "state" "TrashState" NOT NULL,
    "entryId" INTEGER,
    "name" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "isFolder" BOOLEAN NOT NULL,
    "identity" TEXT NOT NULL,
    "size" BIGINT,
    "sizeIsExact" BOOLEAN NOT NULL,
    "deletedAt" TIMESTAMP(3) NOT NULL,
    "deletedById" TEXT,
    "deletedByName" TEXT NOT NULL,
    "ownerId" TEXT,
    "restorePath" TEXT,

    CONSTRAINT "TrashItem_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "TrashItem_ownerId_id_idx" ON "TrashItem"("ownerId", "id");

-- CreateIndex
CREATE INDEX "TrashItem_deletedAt_idx" ON "TrashItem"("deletedAt");

-- CreateIndex
CREATE INDEX "TrashItem_path_idx" ON "TrashItem"("path");

-- CreateEnum
CREATE TYPE "VersionState" AS ENUM ('KEEPING', 'KEPT', 'RESTORING');

-- CreateTable
CREATE TABLE "FileVersion" (
    "id" SERIAL NOT NULL,
    "entryId" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "state" "VersionState" NOT NULL,
    "storedAs" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "sha256" TEXT,
    "modifiedAt" TIMESTAMP(3) NOT NULL,
    "replacedAt" TIMESTAMP(3) NOT NULL,
    "replacedById" TEXT,
    "replacedByName" TEXT NOT NULL,

    CONSTRAINT "FileVersion_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "FileVersion_storedAs_key" ON "FileVersion"("storedAs");

-- CreateIndex
CREATE INDEX "FileVersion_state_idx" ON "FileVersion"("state");

-- CreateIndex
CREATE UNIQUE INDEX "FileVersion_entryId_number_key" ON "FileVersion"("entryId", "number");

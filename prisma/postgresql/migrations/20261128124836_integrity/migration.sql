-- CreateEnum
CREATE TYPE "FileDamageState" AS ENUM ('OPEN', 'ACCEPTED', 'RESOLVED', 'QUARANTINED');

-- CreateTable
CREATE TABLE "FileDamage" (
    "id" TEXT NOT NULL,
    "entryId" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "expected" TEXT NOT NULL,
    "found" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "touchedAt" TIMESTAMP(3) NOT NULL,
    "foundAt" TIMESTAMP(3) NOT NULL,
    "state" "FileDamageState" NOT NULL,
    "settledAt" TIMESTAMP(3),
    "settledByName" TEXT,

    CONSTRAINT "FileDamage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FileScrub" (
    "id" TEXT NOT NULL,
    "startedAt" TIMESTAMP(3) NOT NULL,
    "endedAt" TIMESTAMP(3),
    "files" INTEGER NOT NULL,
    "bytes" BIGINT NOT NULL,
    "firstReadings" INTEGER NOT NULL,
    "changed" INTEGER NOT NULL,
    "damaged" INTEGER NOT NULL,
    "unreadable" INTEGER NOT NULL,
    "directBytes" BIGINT NOT NULL,

    CONSTRAINT "FileScrub_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "FileDamage_state_id_idx" ON "FileDamage"("state", "id");

-- CreateIndex
CREATE INDEX "FileDamage_entryId_idx" ON "FileDamage"("entryId");

-- CreateIndex
CREATE INDEX "FileScrub_endedAt_idx" ON "FileScrub"("endedAt");

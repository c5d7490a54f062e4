-- CreateTable
CREATE TABLE "FileDamage" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "entryId" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "expected" TEXT NOT NULL,
    "found" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "touchedAt" DATETIME NOT NULL,
    "foundAt" DATETIME NOT NULL,
    "state" TEXT NOT NULL,
    "settledAt" DATETIME,
    "settledByName" TEXT
);

-- CreateTable
CREATE TABLE "FileScrub" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "startedAt" DATETIME NOT NULL,
    "endedAt" DATETIME,
    "files" INTEGER NOT NULL,
    "bytes" BIGINT NOT NULL,
    "firstReadings" INTEGER NOT NULL,
    "changed" INTEGER NOT NULL,
    "damaged" INTEGER NOT NULL,
    "unreadable" INTEGER NOT NULL,
    "directBytes" BIGINT NOT NULL
);

-- CreateIndex
CREATE INDEX "FileDamage_state_id_idx" ON "FileDamage"("state", "id");

-- CreateIndex
CREATE INDEX "FileDamage_entryId_idx" ON "FileDamage"("entryId");

-- CreateIndex
CREATE INDEX "FileScrub_endedAt_idx" ON "FileScrub"("endedAt");

-- CreateTable
CREATE TABLE "FileVersion" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "entryId" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "storedAs" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "sha256" TEXT,
    "modifiedAt" DATETIME NOT NULL,
    "replacedAt" DATETIME NOT NULL,
    "replacedById" TEXT,
    "replacedByName" TEXT NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "FileVersion_storedAs_key" ON "FileVersion"("storedAs");

-- CreateIndex
CREATE INDEX "FileVersion_state_idx" ON "FileVersion"("state");

-- CreateIndex
CREATE UNIQUE INDEX "FileVersion_entryId_number_key" ON "FileVersion"("entryId", "number");

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Upload" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "ownerId" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "length" BIGINT,
    "durableOffset" BIGINT NOT NULL,
    "sha256" TEXT,
    "modifiedAt" DATETIME,
    "ifExists" TEXT NOT NULL DEFAULT 'FAIL',
    "role" TEXT NOT NULL DEFAULT 'WHOLE',
    "spoolId" TEXT,
    "spoolStart" BIGINT NOT NULL DEFAULT 0,
    "concat" TEXT,
    "metadata" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "entryId" INTEGER,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL
);
INSERT INTO "new_Upload" ("createdAt", "durableOffset", "entryId", "expiresAt", "id", "ifExists", "length", "metadata", "modifiedAt", "ownerId", "path", "sha256", "state") SELECT "createdAt", "durableOffset", "entryId", "expiresAt", "id", CASE WHEN "replace" THEN 'REPLACE' ELSE 'FAIL' END, "length", "metadata", "modifiedAt", "ownerId", "path", "sha256", "state" FROM "Upload";
DROP TABLE "Upload";
ALTER TABLE "new_Upload" RENAME TO "Upload";
CREATE INDEX "Upload_ownerId_createdAt_idx" ON "Upload"("ownerId", "createdAt");
CREATE INDEX "Upload_expiresAt_idx" ON "Upload"("expiresAt");
CREATE INDEX "Upload_spoolId_idx" ON "Upload"("spoolId");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

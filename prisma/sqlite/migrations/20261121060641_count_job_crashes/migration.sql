-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Job" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "class" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "waitingFor" TEXT,
    "input" JSONB NOT NULL,
    "result" JSONB,
    "errorCode" TEXT,
    "errorMessage" TEXT,
    "subject" TEXT,
    "actorId" TEXT,
    "actorName" TEXT NOT NULL,
    "origin" JSONB NOT NULL,
    "scheduleName" TEXT,
    "dueAt" DATETIME,
    "parentId" TEXT,
    "idempotencyKey" TEXT,
    "locks" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL,
    "maxAttempts" INTEGER NOT NULL,
    "crashes" INTEGER NOT NULL DEFAULT 0,
    "runAfter" DATETIME NOT NULL,
    "leaseOwner" TEXT,
    "leaseToken" TEXT,
    "leaseUntil" DATETIME,
    "checkpoint" JSONB,
    "cancelRequestedAt" DATETIME,
    "cancelledByName" TEXT,
    "progressDone" BIGINT,
    "progressTotal" BIGINT,
    "progressUnit" TEXT,
    "progressRate" REAL,
    "progressItem" TEXT,
    "createdAt" DATETIME NOT NULL,
    "startedAt" DATETIME,
    "endedAt" DATETIME,
    "changedAt" DATETIME NOT NULL
);
INSERT INTO "new_Job" ("actorId", "actorName", "attempts", "cancelRequestedAt", "cancelledByName", "changedAt", "checkpoint", "class", "createdAt", "dueAt", "endedAt", "errorCode", "errorMessage", "id", "idempotencyKey", "input", "kind", "leaseOwner", "leaseToken", "leaseUntil", "locks", "maxAttempts", "origin", "parentId", "progressDone", "progressItem", "progressRate", "progressTotal", "progressUnit", "result", "runAfter", "scheduleName", "startedAt", "state", "subject", "waitingFor") SELECT "actorId", "actorName", "attempts", "cancelRequestedAt", "cancelledByName", "changedAt", "checkpoint", "class", "createdAt", "dueAt", "endedAt", "errorCode", "errorMessage", "id", "idempotencyKey", "input", "kind", "leaseOwner", "leaseToken", "leaseUntil", "locks", "maxAttempts", "origin", "parentId", "progressDone", "progressItem", "progressRate", "progressTotal", "progressUnit", "result", "runAfter", "scheduleName", "startedAt", "state", "subject", "waitingFor" FROM "Job";
DROP TABLE "Job";
ALTER TABLE "new_Job" RENAME TO "Job";
CREATE UNIQUE INDEX "Job_idempotencyKey_key" ON "Job"("idempotencyKey");
CREATE INDEX "Job_state_runAfter_idx" ON "Job"("state", "runAfter");
CREATE INDEX "Job_changedAt_idx" ON "Job"("changedAt");
CREATE INDEX "Job_actorId_id_idx" ON "Job"("actorId", "id");
CREATE INDEX "Job_kind_id_idx" ON "Job"("kind", "id");
CREATE INDEX "Job_state_id_idx" ON "Job"("state", "id");
CREATE INDEX "Job_parentId_idx" ON "Job"("parentId");
CREATE INDEX "Job_scheduleName_id_idx" ON "Job"("scheduleName", "id");
CREATE INDEX "Job_endedAt_idx" ON "Job"("endedAt");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateTable
CREATE TABLE "Job" (
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

-- CreateTable
CREATE TABLE "JobLock" (
    "name" TEXT NOT NULL,
    "jobId" TEXT NOT NULL,
    "exclusive" BOOLEAN NOT NULL,

    PRIMARY KEY ("name", "jobId")
);

-- CreateTable
CREATE TABLE "JobLogLine" (
    "jobId" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "at" DATETIME NOT NULL,
    "attempt" INTEGER NOT NULL,
    "level" TEXT NOT NULL,
    "message" TEXT NOT NULL,

    PRIMARY KEY ("jobId", "sequence")
);

-- CreateIndex
CREATE UNIQUE INDEX "Job_idempotencyKey_key" ON "Job"("idempotencyKey");

-- CreateIndex
CREATE INDEX "Job_state_runAfter_idx" ON "Job"("state", "runAfter");

-- CreateIndex
CREATE INDEX "Job_changedAt_idx" ON "Job"("changedAt");

-- CreateIndex
CREATE INDEX "Job_actorId_id_idx" ON "Job"("actorId", "id");

-- CreateIndex
CREATE INDEX "Job_kind_id_idx" ON "Job"("kind", "id");

-- CreateIndex
CREATE INDEX "Job_state_id_idx" ON "Job"("state", "id");

-- CreateIndex
CREATE INDEX "Job_parentId_idx" ON "Job"("parentId");

-- CreateIndex
CREATE INDEX "Job_scheduleName_id_idx" ON "Job"("scheduleName", "id");

-- CreateIndex
CREATE INDEX "Job_endedAt_idx" ON "Job"("endedAt");

-- CreateIndex
CREATE INDEX "JobLock_jobId_idx" ON "JobLock"("jobId");

-- CreateTable
CREATE TABLE "Schedule" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "title" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "cron" TEXT,
    "everySeconds" INTEGER,
    "timeZone" TEXT NOT NULL,
    "jitterSeconds" INTEGER NOT NULL,
    "windowFrom" TEXT,
    "windowTo" TEXT,
    "catchUp" TEXT NOT NULL,
    "overlap" TEXT NOT NULL,
    "maxAttempts" INTEGER,
    "pausedAt" DATETIME,
    "pausedByName" TEXT,
    "anchorAt" DATETIME NOT NULL,
    "lastDueAt" DATETIME,
    "nextDueAt" DATETIME,
    "nextRunAt" DATETIME,
    "builtIn" BOOLEAN NOT NULL,
    "adjusted" BOOLEAN NOT NULL,
    "createdById" TEXT,
    "createdByName" TEXT NOT NULL,
    "origin" JSONB NOT NULL,
    "version" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "changedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "ScheduleRun" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "scheduleName" TEXT NOT NULL,
    "dueAt" DATETIME NOT NULL,
    "trigger" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "jobId" TEXT,
    "reason" TEXT,
    "dueCount" INTEGER NOT NULL,
    "gapFrom" DATETIME,
    "at" DATETIME NOT NULL
);

-- CreateIndex
CREATE INDEX "Schedule_nextRunAt_idx" ON "Schedule"("nextRunAt");

-- CreateIndex
CREATE INDEX "Schedule_changedAt_idx" ON "Schedule"("changedAt");

-- CreateIndex
CREATE INDEX "ScheduleRun_scheduleName_id_idx" ON "ScheduleRun"("scheduleName", "id");

-- CreateIndex
CREATE INDEX "ScheduleRun_at_idx" ON "ScheduleRun"("at");

-- CreateIndex
CREATE INDEX "ScheduleRun_jobId_idx" ON "ScheduleRun"("jobId");

-- CreateIndex
CREATE UNIQUE INDEX "ScheduleRun_scheduleName_dueAt_trigger_key" ON "ScheduleRun"("scheduleName", "dueAt", "trigger");

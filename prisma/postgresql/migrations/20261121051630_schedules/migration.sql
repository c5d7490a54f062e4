-- CreateEnum
CREATE TYPE "ScheduleCatchUp" AS ENUM ('RUN_ONCE', 'SKIP');

-- CreateEnum
CREATE TYPE "ScheduleOverlap" AS ENUM ('SKIP', 'QUEUE');

-- CreateEnum
CREATE TYPE "ScheduleTrigger" AS ENUM ('SCHEDULED', 'CATCH_UP', 'MANUAL');

-- CreateEnum
CREATE TYPE "ScheduleOutcome" AS ENUM ('STARTED', 'SKIPPED');

-- CreateTable
CREATE TABLE "Schedule" (
    "name" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "cron" TEXT,
    "everySeconds" INTEGER,
    "timeZone" TEXT NOT NULL,
    "jitterSeconds" INTEGER NOT NULL,
    "windowFrom" TEXT,
    "windowTo" TEXT,
    "catchUp" "ScheduleCatchUp" NOT NULL,
    "overlap" "ScheduleOverlap" NOT NULL,
    "maxAttempts" INTEGER,
    "pausedAt" TIMESTAMP(3),
    "pausedByName" TEXT,
    "anchorAt" TIMESTAMP(3) NOT NULL,
    "lastDueAt" TIMESTAMP(3),
    "nextDueAt" TIMESTAMP(3),
    "nextRunAt" TIMESTAMP(3),
    "builtIn" BOOLEAN NOT NULL,
    "adjusted" BOOLEAN NOT NULL,
    "createdById" TEXT,
    "createdByName" TEXT NOT NULL,
    "origin" JSONB NOT NULL,
    "version" INTEGER NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "changedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Schedule_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "ScheduleRun" (
    "id" TEXT NOT NULL,
    "scheduleName" TEXT NOT NULL,
    "dueAt" TIMESTAMP(3) NOT NULL,
    "trigger" "ScheduleTrigger" NOT NULL,
    "outcome" "ScheduleOutcome" NOT NULL,
    "jobId" TEXT,
    "reason" TEXT,
    "dueCount" INTEGER NOT NULL,
    "gapFrom" TIMESTAMP(3),
    "at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ScheduleRun_pkey" PRIMARY KEY ("id")
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

-- CreateEnum
CREATE TYPE "UploadIfExists" AS ENUM ('FAIL', 'REPLACE', 'KEEP_BOTH');

-- CreateEnum
CREATE TYPE "UploadRole" AS ENUM ('WHOLE', 'PART', 'FINAL');

-- AlterTable
ALTER TABLE "Upload" ADD COLUMN     "concat" TEXT,
ADD COLUMN     "ifExists" "UploadIfExists" NOT NULL DEFAULT 'FAIL',
ADD COLUMN     "role" "UploadRole" NOT NULL DEFAULT 'WHOLE',
ADD COLUMN     "spoolId" TEXT,
ADD COLUMN     "spoolStart" BIGINT NOT NULL DEFAULT 0,
ALTER COLUMN "length" DROP NOT NULL;

-- What was to replace a file still is
UPDATE "Upload" SET "ifExists" = 'REPLACE' WHERE "replace";
ALTER TABLE "Upload" DROP COLUMN "replace";

-- CreateIndex
CREATE INDEX "Upload_spoolId_idx" ON "Upload"("spoolId");

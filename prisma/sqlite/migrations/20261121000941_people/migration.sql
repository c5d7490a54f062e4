-- DropIndex
DROP INDEX "User_createdAt_idx";

-- AlterTable
ALTER TABLE "User" ADD COLUMN "emailKey" TEXT;
ALTER TABLE "User" ADD COLUMN "homeName" TEXT;

-- AlterTable
ALTER TABLE "Invitation" ADD COLUMN "revokedAt" DATETIME;

-- CreateIndex
CREATE INDEX "User_createdAt_id_idx" ON "User"("createdAt", "id");

-- CreateIndex
CREATE INDEX "User_lastSignInAt_id_idx" ON "User"("lastSignInAt", "id");

-- CreateIndex
CREATE INDEX "User_role_usernameKey_idx" ON "User"("role", "usernameKey");

-- What a search compares with. Only letters of ASCII are folded here, the server folds all of them.
UPDATE "User" SET "emailKey" = lower("email") WHERE "email" IS NOT NULL;

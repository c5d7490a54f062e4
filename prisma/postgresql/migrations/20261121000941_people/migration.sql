-- DropIndex
DROP INDEX "User_createdAt_idx";

-- AlterTable
ALTER TABLE "User" ADD COLUMN     "emailKey" TEXT,
ADD COLUMN     "homeName" TEXT;

-- AlterTable
ALTER TABLE "Invitation" ADD COLUMN     "revokedAt" TIMESTAMP(3);

-- CreateIndex
CREATE INDEX "User_createdAt_id_idx" ON "User"("createdAt", "id");

-- CreateIndex
CREATE INDEX "User_lastSignInAt_id_idx" ON "User"("lastSignInAt", "id");

-- CreateIndex
CREATE INDEX "User_role_usernameKey_idx" ON "User"("role", "usernameKey");

-- What a search compares with. Only letters of ASCII are folded here, the server folds all of them.
UPDATE "User" SET "emailKey" = lower("email") WHERE "email" IS NOT NULL;

-- Names are compared by bytes, as SQLite does: both databases list them in one order.
ALTER TABLE "User" ALTER COLUMN "usernameKey" TYPE TEXT COLLATE "C";

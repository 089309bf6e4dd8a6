-- Checks succeed or fail, and models that share an exit IP are in conflict: one word for each thing.
ALTER TABLE "proxy_health" RENAME COLUMN "good_streak" TO "success_streak";--> statement-breakpoint
ALTER TABLE "proxy_health" RENAME COLUMN "bad_streak" TO "failure_streak";--> statement-breakpoint
ALTER TABLE "check_hours" RENAME COLUMN "good" TO "succeeded";--> statement-breakpoint
ALTER TABLE "alerts" DROP CONSTRAINT "alerts_kind";--> statement-breakpoint
DROP INDEX "alerts_one_open";--> statement-breakpoint
UPDATE "alerts" SET "kind" = 'exit_ip_conflict' WHERE "kind" = 'collision';--> statement-breakpoint
UPDATE "alert_proxies" SET "outcome" = 'exit_ip_conflict' WHERE "outcome" = 'collision';--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_kind" CHECK ("alerts"."kind" in ('failing', 'exit_ip_conflict', 'monitor', 'expiry', 'digest', 'notice'));--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_one_open" ON "alerts" USING btree ("kind") WHERE "alerts"."closed_at" is null and "alerts"."kind" in ('exit_ip_conflict', 'monitor');

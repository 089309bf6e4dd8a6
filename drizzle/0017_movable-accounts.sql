ALTER TABLE "alerts" ADD COLUMN "movable" integer;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "movable_version" integer;
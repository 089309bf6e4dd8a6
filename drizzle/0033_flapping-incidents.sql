ALTER TABLE "alerts" ADD COLUMN "openings" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "is_settled" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "is_return_announced" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "alerts_unsettled" ON "alerts" USING btree ("id") WHERE not "alerts"."is_settled";
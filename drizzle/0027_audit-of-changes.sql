ALTER TABLE "audit_log" ADD COLUMN "plan_id" bigint;--> statement-breakpoint
CREATE INDEX "audit_log_whole" ON "audit_log" USING btree ("id") WHERE "audit_log"."plan_id" is null;--> statement-breakpoint
CREATE INDEX "audit_log_whole_actor" ON "audit_log" USING btree ("actor_id","id") WHERE "audit_log"."plan_id" is null;--> statement-breakpoint
CREATE INDEX "audit_log_plan" ON "audit_log" USING btree ("plan_id","id") WHERE "audit_log"."plan_id" is not null;
CREATE TABLE "incident_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "incident_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"alert_id" integer NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor_id" text NOT NULL,
	"count" integer,
	"given_to" text,
	"note" text,
	CONSTRAINT "incident_events_kind" CHECK ("incident_events"."kind" in ('opened', 'grew', 'acknowledged', 'handed_over', 'note', 'moved', 'deactivated', 'muted', 'unmuted', 'resolved'))
);
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "owner_id" text;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "owned_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "incident_events" ADD CONSTRAINT "incident_events_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "incident_events_alert" ON "incident_events" USING btree ("alert_id","id");--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_owner" CHECK (("alerts"."owner_id" is null) = ("alerts"."owned_since" is null));--> statement-breakpoint
INSERT INTO "incident_events" ("alert_id", "kind", "at", "actor_id") SELECT "id", 'opened', "opened_at", 'system' FROM "alerts" WHERE "kind" IN ('failing', 'exit_ip_conflict', 'monitor') ORDER BY "id";--> statement-breakpoint
INSERT INTO "incident_events" ("alert_id", "kind", "at", "actor_id") SELECT "id", 'resolved', "closed_at", 'system' FROM "alerts" WHERE "kind" IN ('failing', 'exit_ip_conflict', 'monitor') AND "closed_at" IS NOT NULL ORDER BY "id";

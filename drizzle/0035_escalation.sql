ALTER TABLE "incident_events" DROP CONSTRAINT "incident_events_kind";--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "at_risk_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "escalated_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "incident_events" ADD CONSTRAINT "incident_events_kind" CHECK ("incident_events"."kind" in ('opened', 'grew', 'acknowledged', 'handed_over', 'note', 'moved', 'deactivated', 'muted', 'unmuted', 'escalated', 'resolved'));
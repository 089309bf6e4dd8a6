CREATE TABLE "messages" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"key" text,
	"alert_id" integer,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"reply_to" integer,
	"version" integer DEFAULT 1 NOT NULL,
	"sent_version" integer DEFAULT 0 NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"channel_id" text,
	"message_id" text,
	"posted_at" timestamp with time zone,
	"is_watched" boolean DEFAULT true NOT NULL,
	"checked_at" timestamp with time zone,
	"posts" integer DEFAULT 0 NOT NULL,
	"posting_since" timestamp with time zone,
	"was_deleted" boolean DEFAULT false NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"problem" text,
	"leased_until" timestamp with time zone
);
--> statement-breakpoint
DROP INDEX "alerts_undelivered";--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_reply_to_messages_id_fk" FOREIGN KEY ("reply_to") REFERENCES "public"."messages"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "messages_key" ON "messages" USING btree ("kind","key");--> statement-breakpoint
CREATE INDEX "messages_alert" ON "messages" USING btree ("alert_id");--> statement-breakpoint
CREATE INDEX "messages_undelivered" ON "messages" USING btree ("due_at") WHERE "messages"."version" > "messages"."sent_version";--> statement-breakpoint
CREATE INDEX "messages_watched" ON "messages" USING btree ("id") WHERE "messages"."is_watched" and "messages"."message_id" is not null;--> statement-breakpoint
-- The messages of alerts keep their numbers, which are part of their nonces and of the marks in Discord.
INSERT INTO "messages" ("id", "kind", "key", "alert_id", "version", "sent_version", "changed_at", "channel_id", "message_id", "posted_at",
  "is_watched", "checked_at", "posts", "posting_since", "was_deleted", "due_at", "attempts", "problem", "leased_until")
OVERRIDING SYSTEM VALUE
SELECT "id", 'alert', "id"::text, "id", "version", "sent_version", "last_at", "channel_id", "message_id", "posted_at",
  "closed_at" IS NULL OR "version" > "sent_version", "checked_at", "posts", "posting_since", "was_deleted", "due_at", "attempts", "problem", "leased_until"
FROM "alerts" ORDER BY 1;--> statement-breakpoint
SELECT setval(pg_get_serial_sequence('messages', 'id'), max("id")) FROM "messages" HAVING max("id") IS NOT NULL;--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "version";--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "sent_version";--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "channel_id";--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "message_id";--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "posted_at";--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "checked_at";--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "posts";--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "posting_since";--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "was_deleted";--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "due_at";--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "attempts";--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "problem";--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "leased_until";
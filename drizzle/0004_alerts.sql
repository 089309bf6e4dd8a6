CREATE TABLE "alert_expiries" (
	"proxy_id" integer NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "alert_expiries_proxy_id_expires_at_pk" PRIMARY KEY("proxy_id","expires_at")
);
--> statement-breakpoint
CREATE TABLE "alert_moves" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alert_moves_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"alert_id" integer NOT NULL,
	"account_id" integer NOT NULL,
	"from_proxy_id" integer NOT NULL,
	"to_proxy_id" integer NOT NULL,
	"provider" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alert_mutes" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alert_mutes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"alert_id" integer,
	"proxy_id" integer,
	"provider" text,
	"until" timestamp with time zone NOT NULL,
	"muted_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alert_proxies" (
	"alert_id" integer NOT NULL,
	"proxy_id" integer NOT NULL,
	"provider" text,
	"network" text,
	"outcome" text NOT NULL,
	"detail" text NOT NULL,
	"is_flapping" boolean DEFAULT false NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"ending" text,
	CONSTRAINT "alert_proxies_alert_id_proxy_id_pk" PRIMARY KEY("alert_id","proxy_id"),
	CONSTRAINT "alert_proxies_ending" CHECK ("alert_proxies"."ending" in ('recovered', 'off'))
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alerts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"key" text,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"accounts" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"sent_version" integer DEFAULT 0 NOT NULL,
	"channel_id" text,
	"message_id" text,
	"posted_at" timestamp with time zone,
	"posts" integer DEFAULT 0 NOT NULL,
	"posting_since" timestamp with time zone,
	"was_deleted" boolean DEFAULT false NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"problem" text,
	"leased_until" timestamp with time zone,
	CONSTRAINT "alerts_kind" CHECK ("alerts"."kind" in ('failing', 'collision', 'monitor', 'expiry', 'digest', 'notice'))
);
--> statement-breakpoint
ALTER TABLE "alert_moves" ADD CONSTRAINT "alert_moves_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_mutes" ADD CONSTRAINT "alert_mutes_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_proxies" ADD CONSTRAINT "alert_proxies_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_moves_alert" ON "alert_moves" USING btree ("alert_id");--> statement-breakpoint
CREATE INDEX "alert_moves_at" ON "alert_moves" USING btree ("at");--> statement-breakpoint
CREATE INDEX "alert_mutes_until" ON "alert_mutes" USING btree ("until");--> statement-breakpoint
CREATE INDEX "alert_proxies_open" ON "alert_proxies" USING btree ("proxy_id") WHERE "alert_proxies"."ended_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_key" ON "alerts" USING btree ("kind","key");--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_one_open" ON "alerts" USING btree ("kind") WHERE "alerts"."closed_at" is null and "alerts"."kind" in ('collision', 'monitor');--> statement-breakpoint
CREATE INDEX "alerts_undelivered" ON "alerts" USING btree ("due_at") WHERE "alerts"."version" > "alerts"."sent_version";--> statement-breakpoint
CREATE INDEX "alerts_open" ON "alerts" USING btree ("id") WHERE "alerts"."closed_at" is null;
CREATE TABLE "check_hours" (
	"hour" timestamp with time zone NOT NULL,
	"model_id" integer NOT NULL,
	"provider" text NOT NULL,
	"checks" integer NOT NULL,
	"good" integer NOT NULL,
	"latency_ms" bigint NOT NULL,
	"timed" integer NOT NULL,
	CONSTRAINT "check_hours_hour_model_id_provider_pk" PRIMARY KEY("hour","model_id","provider")
);
--> statement-breakpoint
CREATE TABLE "proxy_checks" (
	"proxy_id" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"outcome" text NOT NULL,
	"detail" text NOT NULL,
	"source" text NOT NULL,
	"reporter" text,
	"connect_ms" integer,
	"handshake_ms" integer,
	"first_byte_ms" integer,
	"total_ms" integer,
	"exit_ip" "inet",
	"target" text NOT NULL
) PARTITION BY RANGE ("at");
--> statement-breakpoint
ALTER TABLE "proxy_health" ADD COLUMN "health_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "proxy_health" ADD COLUMN "outcome" text;--> statement-breakpoint
ALTER TABLE "proxy_health" ADD COLUMN "detail" text;--> statement-breakpoint
ALTER TABLE "proxy_health" ADD COLUMN "exit_ip_before" "inet";--> statement-breakpoint
ALTER TABLE "proxy_health" ADD COLUMN "exit_ip_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "proxy_health" ADD COLUMN "good_streak" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "proxy_health" ADD COLUMN "bad_streak" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "proxy_health" ADD COLUMN "flap_score" real DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "proxy_health" ADD COLUMN "flap_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "proxy_health" ADD COLUMN "next_check_at" timestamp with time zone DEFAULT '-infinity' NOT NULL;--> statement-breakpoint
ALTER TABLE "proxy_health" ADD COLUMN "claimed_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "proxy_health" ADD COLUMN "reported_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "proxy_checks_proxy" ON "proxy_checks" USING btree ("proxy_id","at");--> statement-breakpoint
CREATE INDEX "proxy_health_due" ON "proxy_health" USING btree ("next_check_at");--> statement-breakpoint
CREATE INDEX "proxy_health_claimed" ON "proxy_health" USING btree ("claimed_until") WHERE "proxy_health"."claimed_until" is not null;
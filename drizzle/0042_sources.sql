CREATE TABLE "sync_rows" (
	"plan_id" bigint NOT NULL,
	"line" integer NOT NULL,
	"class" text NOT NULL,
	"proxy_id" integer,
	"successor_id" integer,
	"host" text NOT NULL,
	"port" integer NOT NULL,
	"type" "proxy_type" NOT NULL,
	"username" text NOT NULL,
	"credential_id" uuid NOT NULL,
	"password_fingerprint" "bytea" NOT NULL,
	"password_sealed" "bytea",
	"change_ip_url_sealed" "bytea",
	"provider" text,
	"country" text,
	"city" text,
	"label" text,
	"notes" text,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"expires_at" timestamp with time zone,
	"monthly_cost" numeric(12, 2),
	"external_id" text,
	CONSTRAINT "sync_rows_plan_id_line_pk" PRIMARY KEY("plan_id","line")
);
--> statement-breakpoint
CREATE TABLE "source_listings" (
	"proxy_id" integer PRIMARY KEY NOT NULL,
	"source_id" integer NOT NULL,
	"type" "proxy_type" NOT NULL,
	"username" text NOT NULL,
	"password_fingerprint" "bytea" NOT NULL,
	"country" text,
	"city" text,
	"expires_at" timestamp with time zone,
	"monthly_cost" numeric(12, 2)
);
--> statement-breakpoint
CREATE TABLE "source_syncs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "source_syncs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source_id" integer NOT NULL,
	"actor_id" text NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"outcome" text,
	"problem" text,
	"message" text,
	"listed" integer,
	"refused" integer,
	CONSTRAINT "source_syncs_outcome" CHECK ("source_syncs"."outcome" in ('complete', 'incomplete', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "sources" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sources_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"provider" text,
	"every_hours" integer NOT NULL,
	"mode" text NOT NULL,
	"credential_id" uuid NOT NULL,
	"key_sealed" "bytea",
	"next_sync_at" timestamp with time zone DEFAULT now() NOT NULL,
	"synced_at" timestamp with time zone,
	"complete_at" timestamp with time zone,
	"sync_id" bigint,
	"leased_until" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"plan_id" bigint,
	"skipped" text,
	"message_id" integer,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "sources_kind" CHECK ("sources"."kind" in ('webshare', 'proxy-seller', 'px6', 'proxy-cheap', 'iproyal', 'url')),
	CONSTRAINT "sources_mode" CHECK ("sources"."mode" in ('ask', 'additions', 'auto')),
	CONSTRAINT "sources_every" CHECK ("sources"."every_hours" between 1 and 168),
	CONSTRAINT "sources_sealed" CHECK (("sources"."key_sealed" is null) = ("sources"."removed_at" is not null))
);
--> statement-breakpoint
ALTER TABLE "import_rows" ADD COLUMN "external_id" text;--> statement-breakpoint
ALTER TABLE "proxies" ADD COLUMN "external_id" text;--> statement-breakpoint
ALTER TABLE "proxies" ADD COLUMN "source_id" integer;--> statement-breakpoint
ALTER TABLE "proxies" ADD COLUMN "missing_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "source_syncs" ADD CONSTRAINT "source_syncs_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sources" ADD CONSTRAINT "sources_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "source_syncs_source" ON "source_syncs" USING btree ("source_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "sources_key" ON "sources" USING btree ("key") WHERE "sources"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "proxies_source" ON "proxies" USING btree ("source_id","id") WHERE "proxies"."source_id" is not null;--> statement-breakpoint
CREATE INDEX "proxies_missing" ON "proxies" USING btree ("source_id","id") WHERE "proxies"."missing_since" is not null and "proxies"."removed_at" is null;
CREATE TYPE "public"."proxy_health_state" AS ENUM('unknown', 'healthy', 'degraded', 'failing');--> statement-breakpoint
CREATE TYPE "public"."proxy_status" AS ENUM('active', 'inactive', 'blocked');--> statement-breakpoint
CREATE TYPE "public"."proxy_type" AS ENUM('http', 'https', 'socks4', 'socks5');--> statement-breakpoint
CREATE TABLE "account_proxy_assignments" (
	"account_id" integer PRIMARY KEY NOT NULL,
	"proxy_id" integer NOT NULL,
	"model_id" integer NOT NULL,
	"slot" smallint NOT NULL,
	"assigned_at" timestamp with time zone DEFAULT now() NOT NULL,
	"assigned_by" text NOT NULL,
	"reason" text NOT NULL,
	"handed_out_at" timestamp with time zone,
	CONSTRAINT "account_proxy_assignments_slot" UNIQUE("proxy_id","slot"),
	CONSTRAINT "account_proxy_assignments_slot_range" CHECK ("account_proxy_assignments"."slot" between 1 and 3)
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "accounts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"username" text NOT NULL,
	"key" text NOT NULL,
	"model_id" integer NOT NULL,
	"vps_id" integer,
	"label" text,
	"notes" text,
	"waiting_since" timestamp with time zone DEFAULT now() NOT NULL,
	"held_at" timestamp with time zone,
	"removed_at" timestamp with time zone,
	"version" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "accounts_key_unique" UNIQUE("key"),
	CONSTRAINT "accounts_model_pair" UNIQUE("id","model_id")
);
--> statement-breakpoint
CREATE TABLE "assignment_history" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "assignment_history_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" integer NOT NULL,
	"proxy_id" integer NOT NULL,
	"model_id" integer NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"started_by" text NOT NULL,
	"start_reason" text NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_by" text,
	"end_reason" text
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"action" text NOT NULL,
	"entity" text NOT NULL,
	"entity_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "encryption_key_wraps" (
	"key_id" integer NOT NULL,
	"kek_id" text NOT NULL,
	"wrapped" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "encryption_key_wraps_key_id_kek_id_pk" PRIMARY KEY("key_id","kek_id")
);
--> statement-breakpoint
CREATE TABLE "encryption_keys" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "encryption_keys_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"purpose" text NOT NULL,
	"is_current" boolean NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "encryption_keys_purpose" CHECK ("encryption_keys"."purpose" in ('seal', 'fingerprint'))
);
--> statement-breakpoint
CREATE TABLE "import_rejections" (
	"plan_id" bigint NOT NULL,
	"line" integer NOT NULL,
	"reading" smallint NOT NULL,
	"reason" text NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "import_rejections_plan_id_line_reading_pk" PRIMARY KEY("plan_id","line","reading")
);
--> statement-breakpoint
CREATE TABLE "import_rows" (
	"plan_id" bigint NOT NULL,
	"line" integer NOT NULL,
	"reading" smallint NOT NULL,
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
	CONSTRAINT "import_rows_plan_id_line_reading_pk" PRIMARY KEY("plan_id","line","reading")
);
--> statement-breakpoint
CREATE TABLE "import_undo" (
	"plan_id" bigint NOT NULL,
	"proxy_id" integer NOT NULL,
	"type" "proxy_type" NOT NULL,
	"credential_id" uuid NOT NULL,
	"password_fingerprint" "bytea" NOT NULL,
	"password_sealed" "bytea",
	"change_ip_url_sealed" "bytea",
	"removed_at" timestamp with time zone,
	"import_plan_id" bigint,
	"version_after" integer NOT NULL,
	CONSTRAINT "import_undo_plan_id_proxy_id_pk" PRIMARY KEY("plan_id","proxy_id")
);
--> statement-breakpoint
CREATE TABLE "list_queries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "list_queries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"query" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "models" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "models_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "models_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "plans_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"input" jsonb NOT NULL,
	"result" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "plans_state" CHECK ("plans"."state" in ('staging', 'open', 'applied', 'cancelled', 'expired'))
);
--> statement-breakpoint
CREATE TABLE "proxies" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "proxies_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
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
	"status" "proxy_status" DEFAULT 'active' NOT NULL,
	"status_reason" text,
	"status_by" text,
	"status_at" timestamp with time zone,
	"removed_at" timestamp with time zone,
	"import_plan_id" bigint,
	"version" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "proxies_identity" UNIQUE("host","port","username","password_fingerprint"),
	CONSTRAINT "proxies_port" CHECK ("proxies"."port" between 1 and 65535),
	CONSTRAINT "proxies_country" CHECK ("proxies"."country" ~ '^[A-Z]{2}$'),
	CONSTRAINT "proxies_host" CHECK ("proxies"."host" = lower("proxies"."host") and length("proxies"."host") between 1 and 253)
);
--> statement-breakpoint
CREATE TABLE "proxy_health" (
	"proxy_id" integer PRIMARY KEY NOT NULL,
	"health" "proxy_health_state" DEFAULT 'unknown' NOT NULL,
	"checked_at" timestamp with time zone,
	"latency_ms" integer,
	"exit_ip" "inet",
	"exit_ip_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "proxy_model_claims" (
	"proxy_id" integer PRIMARY KEY NOT NULL,
	"model_id" integer NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"cooling_until" timestamp with time zone,
	CONSTRAINT "proxy_model_claims_pair" UNIQUE("proxy_id","model_id")
);
--> statement-breakpoint
CREATE TABLE "proxy_use" (
	"proxy_id" integer PRIMARY KEY NOT NULL,
	"last_used_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "vps" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "vps_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"key" text NOT NULL,
	"environment" text DEFAULT 'production' NOT NULL,
	"host" text,
	"region" text,
	"notes" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "vps_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "vps_proxy_mappings" (
	"vps_id" integer NOT NULL,
	"proxy_id" integer NOT NULL,
	"notes" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "vps_proxy_mappings_vps_id_proxy_id_pk" PRIMARY KEY("vps_id","proxy_id")
);
--> statement-breakpoint
ALTER TABLE "account_proxy_assignments" ADD CONSTRAINT "account_proxy_assignments_claim" FOREIGN KEY ("proxy_id","model_id") REFERENCES "public"."proxy_model_claims"("proxy_id","model_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_proxy_assignments" ADD CONSTRAINT "account_proxy_assignments_account" FOREIGN KEY ("account_id","model_id") REFERENCES "public"."accounts"("id","model_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_model_id_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."models"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_vps_id_vps_id_fk" FOREIGN KEY ("vps_id") REFERENCES "public"."vps"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assignment_history" ADD CONSTRAINT "assignment_history_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assignment_history" ADD CONSTRAINT "assignment_history_proxy_id_proxies_id_fk" FOREIGN KEY ("proxy_id") REFERENCES "public"."proxies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "encryption_key_wraps" ADD CONSTRAINT "encryption_key_wraps_key_id_encryption_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."encryption_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_rejections" ADD CONSTRAINT "import_rejections_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_rows" ADD CONSTRAINT "import_rows_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_undo" ADD CONSTRAINT "import_undo_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_undo" ADD CONSTRAINT "import_undo_proxy_id_proxies_id_fk" FOREIGN KEY ("proxy_id") REFERENCES "public"."proxies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proxies" ADD CONSTRAINT "proxies_import_plan_id_plans_id_fk" FOREIGN KEY ("import_plan_id") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proxy_health" ADD CONSTRAINT "proxy_health_proxy_id_proxies_id_fk" FOREIGN KEY ("proxy_id") REFERENCES "public"."proxies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proxy_model_claims" ADD CONSTRAINT "proxy_model_claims_proxy_id_proxies_id_fk" FOREIGN KEY ("proxy_id") REFERENCES "public"."proxies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proxy_model_claims" ADD CONSTRAINT "proxy_model_claims_model_id_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."models"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proxy_use" ADD CONSTRAINT "proxy_use_proxy_id_proxies_id_fk" FOREIGN KEY ("proxy_id") REFERENCES "public"."proxies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vps_proxy_mappings" ADD CONSTRAINT "vps_proxy_mappings_vps_id_vps_id_fk" FOREIGN KEY ("vps_id") REFERENCES "public"."vps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vps_proxy_mappings" ADD CONSTRAINT "vps_proxy_mappings_proxy_id_proxies_id_fk" FOREIGN KEY ("proxy_id") REFERENCES "public"."proxies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_model" ON "accounts" USING btree ("model_id","id");--> statement-breakpoint
CREATE INDEX "accounts_vps" ON "accounts" USING btree ("vps_id") WHERE "accounts"."vps_id" is not null;--> statement-breakpoint
CREATE INDEX "accounts_search" ON "accounts" USING gin (("username" || ' ' || coalesce("label", '')) gin_trgm_ops);--> statement-breakpoint
CREATE UNIQUE INDEX "assignment_history_open" ON "assignment_history" USING btree ("account_id") WHERE "assignment_history"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "assignment_history_account" ON "assignment_history" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "assignment_history_proxy" ON "assignment_history" USING btree ("proxy_id","id");--> statement-breakpoint
CREATE INDEX "audit_log_entity" ON "audit_log" USING btree ("entity","entity_id","id");--> statement-breakpoint
CREATE INDEX "audit_log_actor" ON "audit_log" USING btree ("actor_id","id");--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING brin ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "encryption_keys_one_current" ON "encryption_keys" USING btree ("purpose") WHERE "encryption_keys"."is_current";--> statement-breakpoint
CREATE INDEX "plans_unfinished" ON "plans" USING btree ("expires_at") WHERE "plans"."state" in ('staging', 'open');--> statement-breakpoint
CREATE INDEX "proxies_search" ON "proxies" USING gin (("host" || ' ' || "username" || ' ' || coalesce("label", '')) gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "proxies_import" ON "proxies" USING btree ("import_plan_id");--> statement-breakpoint
CREATE INDEX "proxies_provider" ON "proxies" USING btree ("provider","id");--> statement-breakpoint
CREATE INDEX "proxies_expiry" ON "proxies" USING btree ("expires_at") WHERE "proxies"."expires_at" is not null;--> statement-breakpoint
CREATE INDEX "proxy_model_claims_model" ON "proxy_model_claims" USING btree ("model_id");--> statement-breakpoint
CREATE INDEX "vps_proxy_mappings_proxy" ON "vps_proxy_mappings" USING btree ("proxy_id");
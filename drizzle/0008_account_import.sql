CREATE TABLE "account_import_rows" (
	"plan_id" bigint NOT NULL,
	"line" integer NOT NULL,
	"username" text NOT NULL,
	"key" text NOT NULL,
	"model" text NOT NULL,
	"model_key" text NOT NULL,
	"vps" text,
	"vps_key" text,
	"label" text,
	"notes" text,
	CONSTRAINT "account_import_rows_plan_id_line_pk" PRIMARY KEY("plan_id","line")
);
--> statement-breakpoint
ALTER TABLE "account_import_rows" ADD CONSTRAINT "account_import_rows_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;
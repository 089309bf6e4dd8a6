CREATE TABLE "plan_moves" (
	"plan_id" bigint NOT NULL,
	"account_id" integer NOT NULL,
	"from_proxy_id" integer NOT NULL,
	"to_proxy_id" integer,
	CONSTRAINT "plan_moves_plan_id_account_id_pk" PRIMARY KEY("plan_id","account_id")
);
--> statement-breakpoint
ALTER TABLE "plan_moves" ADD CONSTRAINT "plan_moves_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;
CREATE TABLE "maintenances" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "maintenances_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"provider" text,
	"reason" text,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"began_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"closed_by" text,
	"left_failing" integer DEFAULT 0 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "maintenances_time" CHECK ("maintenances"."ends_at" > "maintenances"."starts_at"),
	CONSTRAINT "maintenances_closed" CHECK (("maintenances"."closed_at" is null) = ("maintenances"."closed_by" is null))
);
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "maintenance_id" integer;--> statement-breakpoint
CREATE INDEX "maintenances_open" ON "maintenances" USING btree ("id") WHERE "maintenances"."closed_at" is null;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_maintenance_id_maintenances_id_fk" FOREIGN KEY ("maintenance_id") REFERENCES "public"."maintenances"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_maintenance" ON "alerts" USING btree ("maintenance_id");
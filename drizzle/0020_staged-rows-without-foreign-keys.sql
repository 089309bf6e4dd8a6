ALTER TABLE "account_import_rows" DROP CONSTRAINT "account_import_rows_plan_id_plans_id_fk";
--> statement-breakpoint
ALTER TABLE "import_rejections" DROP CONSTRAINT "import_rejections_plan_id_plans_id_fk";
--> statement-breakpoint
ALTER TABLE "import_rows" DROP CONSTRAINT "import_rows_plan_id_plans_id_fk";

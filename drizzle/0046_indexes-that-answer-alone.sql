DROP INDEX "accounts_model";--> statement-breakpoint
DROP INDEX "vps_proxy_mappings_proxy";--> statement-breakpoint
CREATE INDEX "accounts_model" ON "accounts" USING btree ("model_id","key","id") WHERE "accounts"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "vps_proxy_mappings_proxy" ON "vps_proxy_mappings" USING btree ("proxy_id","vps_id");--> statement-breakpoint
-- One more column of four bytes fits into the padding of an entry of this index.
ALTER TABLE "account_proxy_assignments" DROP CONSTRAINT "account_proxy_assignments_pkey", ADD CONSTRAINT "account_proxy_assignments_pkey" PRIMARY KEY ("account_id") INCLUDE ("proxy_id");

DROP INDEX "accounts_vps";--> statement-breakpoint
CREATE INDEX "accounts_of_vps" ON "accounts" USING btree ("vps_id","model_id","id","removed_at") WHERE "accounts"."vps_id" is not null;
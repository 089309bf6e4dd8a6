ALTER TABLE "proxies" DROP CONSTRAINT "proxies_import_plan_id_plans_id_fk";
--> statement-breakpoint
DROP INDEX "proxies_provider";--> statement-breakpoint
DROP INDEX "proxies_country";--> statement-breakpoint
DROP INDEX "proxies_tag";--> statement-breakpoint
CREATE INDEX "proxies_provider" ON "proxies" USING btree ("provider","id") WHERE "proxies"."provider" is not null;--> statement-breakpoint
CREATE INDEX "proxies_country" ON "proxies" USING btree ("country","id") WHERE "proxies"."removed_at" is null and "proxies"."country" is not null;--> statement-breakpoint
CREATE INDEX "proxies_tag" ON "proxies" USING gin (lower_tags("tags")) WHERE "proxies"."removed_at" is null and "proxies"."tags" <> '{}';
--> statement-breakpoint
-- New proxies carry nothing and are unclaimed: both sets take their numbers as they are. ON CONFLICT would write each row twice to
-- the log, and a number is never given out again.
CREATE FUNCTION list_new_proxies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unclaimed_proxies SELECT id FROM added;
  INSERT INTO proxy_loads (proxy_id, load) SELECT id, 0 FROM added WHERE removed_at IS NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint
DROP TRIGGER proxies_inserted ON proxies;
--> statement-breakpoint
DROP TRIGGER loads_of_inserted ON proxies;
--> statement-breakpoint
CREATE TRIGGER proxies_inserted AFTER INSERT ON proxies
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION list_new_proxies();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION list_proxy_load() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_LEVEL = 'STATEMENT' THEN
    DELETE FROM proxy_loads WHERE proxy_id = ANY (ARRAY (SELECT id FROM gone));
  ELSIF NEW.removed_at IS NOT NULL THEN
    DELETE FROM proxy_loads WHERE proxy_id = NEW.id;
  ELSE
    INSERT INTO proxy_loads (proxy_id, load, model_id)
    SELECT NEW.id, count(*), min(model_id) FROM account_proxy_assignments WHERE proxy_id = NEW.id ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_unclaimed_proxies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  emptied integer[];
BEGIN
  IF TG_TABLE_NAME = 'proxy_model_claims' THEN
    IF TG_OP <> 'DELETE' THEN
      DELETE FROM unclaimed_proxies WHERE proxy_id = ANY (ARRAY (SELECT proxy_id FROM added WHERE cooling_until IS NOT NULL));
    END IF;
    IF TG_OP = 'INSERT' THEN
      RETURN NULL;
    END IF;
    emptied := ARRAY (SELECT proxy_id FROM gone);
  ELSE
    IF TG_OP <> 'DELETE' THEN
      DELETE FROM unclaimed_proxies WHERE proxy_id = ANY (ARRAY (SELECT proxy_id FROM added));
    END IF;
    IF TG_OP = 'INSERT' THEN
      RETURN NULL;
    END IF;
    emptied := ARRAY (SELECT DISTINCT proxy_id FROM gone);
  END IF;
  INSERT INTO unclaimed_proxies SELECT p.proxy_id FROM unnest(emptied) AS p(proxy_id)
  WHERE NOT EXISTS (SELECT FROM account_proxy_assignments s WHERE s.proxy_id = p.proxy_id)
    AND NOT EXISTS (SELECT FROM proxy_model_claims c WHERE c.proxy_id = p.proxy_id AND c.cooling_until IS NOT NULL)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

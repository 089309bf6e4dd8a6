CREATE TABLE "proxy_loads" (
	"proxy_id" integer PRIMARY KEY NOT NULL,
	"load" smallint NOT NULL,
	"model_id" integer
);
--> statement-breakpoint
INSERT INTO "proxy_loads" ("proxy_id", "load", "model_id")
SELECT p.id, coalesce(s.load, 0), s.model_id FROM proxies p
LEFT JOIN (SELECT proxy_id, count(*) AS load, min(model_id) AS model_id FROM account_proxy_assignments GROUP BY proxy_id) s ON s.proxy_id = p.id
WHERE p.removed_at IS NULL;--> statement-breakpoint
DROP INDEX "accounts_model";--> statement-breakpoint
DROP INDEX "proxy_model_claims_model";--> statement-breakpoint
DROP INDEX "proxies_country";--> statement-breakpoint
DROP INDEX "proxies_expiry";--> statement-breakpoint
CREATE INDEX "proxy_loads_load" ON "proxy_loads" USING btree ("load","proxy_id");--> statement-breakpoint
CREATE INDEX "proxy_loads_free" ON "proxy_loads" USING btree ("proxy_id") WHERE "proxy_loads"."load" < 3;--> statement-breakpoint
CREATE INDEX "accounts_held" ON "accounts" USING btree ("model_id","key") WHERE "accounts"."held_at" is not null and "accounts"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "proxy_health_state" ON "proxy_health" USING btree ("health","proxy_id");--> statement-breakpoint
CREATE INDEX "proxy_health_latency" ON "proxy_health" USING btree ("latency_ms","proxy_id") WHERE "proxy_health"."latency_ms" is not null;--> statement-breakpoint
CREATE INDEX "proxies_tag" ON "proxies" USING gin ("tags") WHERE "proxies"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "proxies_off" ON "proxies" USING btree ("status","id") WHERE "proxies"."removed_at" is null and "proxies"."status" <> 'active';--> statement-breakpoint
CREATE INDEX "proxy_use_last" ON "proxy_use" USING btree ("last_used_at","proxy_id");--> statement-breakpoint
CREATE INDEX "accounts_model" ON "accounts" USING btree ("model_id","key");--> statement-breakpoint
CREATE INDEX "proxy_model_claims_model" ON "proxy_model_claims" USING btree ("model_id","proxy_id");--> statement-breakpoint
CREATE INDEX "proxies_country" ON "proxies" USING btree ("country","id") WHERE "proxies"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "proxies_expiry" ON "proxies" USING btree ("expires_at","id") WHERE "proxies"."expires_at" is not null;--> statement-breakpoint
-- The loads follow the assignments, also those that plain SQL changes. They are added to, so that two transactions on one proxy add up.
-- Arrays, not joins, name the rows: a session plans a trigger's statements once, for a set of thousands or for a single row.
CREATE FUNCTION keep_proxy_loads() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ids integer[];
  changes integer[];
  holders integer[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(proxy_id), array_agg(change), array_agg(model_id) INTO ids, changes, holders
    FROM (SELECT proxy_id, count(*) AS change, min(model_id) AS model_id FROM added GROUP BY proxy_id ORDER BY proxy_id) t;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(proxy_id), array_agg(change), array_agg(NULL::integer) INTO ids, changes, holders
    FROM (SELECT proxy_id, -count(*) AS change FROM gone GROUP BY proxy_id ORDER BY proxy_id) t;
  ELSE
    SELECT array_agg(proxy_id), array_agg(change), array_agg(model_id) INTO ids, changes, holders
    FROM (
      SELECT proxy_id, sum(change) AS change, min(model_id) FILTER (WHERE change > 0) AS model_id
      FROM (SELECT proxy_id, model_id, 1 AS change FROM added UNION ALL SELECT proxy_id, model_id, -1 FROM gone) x
      GROUP BY proxy_id
      HAVING sum(change) <> 0 OR min(model_id) FILTER (WHERE change > 0) <> min(model_id) FILTER (WHERE change < 0)
      ORDER BY proxy_id
    ) t;
  END IF;
  IF ids IS NOT NULL THEN
    UPDATE proxy_loads l
    SET load = l.load + t.change, model_id = CASE WHEN l.load + t.change > 0 THEN coalesce(t.model_id, l.model_id) END
    FROM unnest(ids, changes, holders) AS t(proxy_id, change, model_id) WHERE l.proxy_id = t.proxy_id;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER loads_inserted AFTER INSERT ON account_proxy_assignments
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_proxy_loads();
--> statement-breakpoint
CREATE TRIGGER loads_updated AFTER UPDATE ON account_proxy_assignments
  REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_proxy_loads();
--> statement-breakpoint
CREATE TRIGGER loads_deleted AFTER DELETE ON account_proxy_assignments
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_proxy_loads();
--> statement-breakpoint
-- A removed proxy has no load. Edits of many proxies change nothing here, so only those that come or go are looked at.
CREATE FUNCTION list_proxy_load() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_LEVEL = 'STATEMENT' THEN
    IF TG_OP = 'INSERT' THEN
      INSERT INTO proxy_loads (proxy_id, load) SELECT id, 0 FROM added WHERE removed_at IS NULL ON CONFLICT DO NOTHING;
    ELSE
      DELETE FROM proxy_loads WHERE proxy_id = ANY (ARRAY (SELECT id FROM gone));
    END IF;
  ELSIF NEW.removed_at IS NOT NULL THEN
    DELETE FROM proxy_loads WHERE proxy_id = NEW.id;
  ELSE
    INSERT INTO proxy_loads (proxy_id, load, model_id)
    SELECT NEW.id, count(*), min(model_id) FROM account_proxy_assignments WHERE proxy_id = NEW.id ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER loads_of_inserted AFTER INSERT ON proxies
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION list_proxy_load();
--> statement-breakpoint
CREATE TRIGGER loads_of_deleted AFTER DELETE ON proxies
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION list_proxy_load();
--> statement-breakpoint
CREATE TRIGGER loads_of_removed AFTER UPDATE OF removed_at ON proxies FOR EACH ROW
  WHEN ((OLD.removed_at IS NULL) <> (NEW.removed_at IS NULL)) EXECUTE FUNCTION list_proxy_load();
--> statement-breakpoint
ANALYZE proxy_loads;

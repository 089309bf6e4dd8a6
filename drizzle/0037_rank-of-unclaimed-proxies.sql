ALTER TABLE "unclaimed_proxies" ADD COLUMN "rank" integer DEFAULT 536870911 NOT NULL;--> statement-breakpoint
-- Health and latency in one number; lower is better, and an unknown latency comes last (`least` skips null). The same as `rankOf` of the planner; a test compares the two.
CREATE FUNCTION proxy_rank(health proxy_health_state, latency_ms integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE health WHEN 'healthy' THEN 0 WHEN 'degraded' THEN 2 WHEN 'failing' THEN 3 ELSE 1 END * 268435456 + least(latency_ms, 268435455)
$$;
--> statement-breakpoint
-- A removed proxy cannot be used, so it is not in the set: a pool whose proxies are replaced every day would be looked through for ever.
DELETE FROM unclaimed_proxies u USING proxies p WHERE p.id = u.proxy_id AND p.removed_at IS NOT NULL;
--> statement-breakpoint
UPDATE unclaimed_proxies u SET rank = proxy_rank(h.health, h.latency_ms) FROM proxy_health h
WHERE h.proxy_id = u.proxy_id AND u.rank <> proxy_rank(h.health, h.latency_ms);
--> statement-breakpoint
CREATE INDEX "unclaimed_proxies_best" ON "unclaimed_proxies" USING btree ("rank","proxy_id");--> statement-breakpoint
CREATE FUNCTION list_unclaimed(ids integer[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unclaimed_proxies (proxy_id, rank)
  SELECT p.id, proxy_rank(h.health, h.latency_ms) FROM unnest(ids) AS e(proxy_id)
  JOIN proxies p ON p.id = e.proxy_id LEFT JOIN proxy_health h ON h.proxy_id = e.proxy_id
  WHERE p.removed_at IS NULL
    AND NOT EXISTS (SELECT FROM account_proxy_assignments s WHERE s.proxy_id = e.proxy_id)
    AND NOT EXISTS (SELECT FROM proxy_model_claims c WHERE c.proxy_id = e.proxy_id AND c.cooling_until IS NOT NULL)
  ON CONFLICT DO NOTHING;
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
  PERFORM list_unclaimed(emptied);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION list_new_proxies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unclaimed_proxies (proxy_id) SELECT id FROM added WHERE removed_at IS NULL;
  INSERT INTO proxy_loads (proxy_id, load) SELECT id, 0 FROM added WHERE removed_at IS NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION list_proxy_load() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_LEVEL = 'STATEMENT' THEN
    DELETE FROM proxy_loads WHERE proxy_id = ANY (ARRAY (SELECT id FROM gone));
  ELSIF NEW.removed_at IS NOT NULL THEN
    DELETE FROM proxy_loads WHERE proxy_id = NEW.id;
    DELETE FROM unclaimed_proxies WHERE proxy_id = NEW.id;
  ELSE
    INSERT INTO proxy_loads (proxy_id, load, model_id)
    SELECT NEW.id, count(*), min(model_id) FROM account_proxy_assignments WHERE proxy_id = NEW.id ON CONFLICT DO NOTHING;
    PERFORM list_unclaimed(ARRAY[NEW.id]);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- A row that an assignment has locked is skipped, as it is about to leave the set. So a check waits for no assignment.
CREATE FUNCTION rank_unclaimed_proxies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed integer[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    changed := ARRAY (SELECT proxy_id FROM gone);
  ELSE
    changed := ARRAY (SELECT proxy_id FROM added);
  END IF;
  UPDATE unclaimed_proxies u SET rank = t.rank
  FROM (
    SELECT f.proxy_id, proxy_rank(h.health, h.latency_ms) AS rank
    FROM unclaimed_proxies f LEFT JOIN proxy_health h ON h.proxy_id = f.proxy_id
    WHERE f.proxy_id = ANY (changed) AND f.rank <> proxy_rank(h.health, h.latency_ms) FOR UPDATE OF f SKIP LOCKED
  ) t WHERE u.proxy_id = t.proxy_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER rank_inserted AFTER INSERT ON proxy_health
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rank_unclaimed_proxies();
--> statement-breakpoint
CREATE TRIGGER rank_updated AFTER UPDATE ON proxy_health
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rank_unclaimed_proxies();
--> statement-breakpoint
CREATE TRIGGER rank_deleted AFTER DELETE ON proxy_health
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION rank_unclaimed_proxies();
--> statement-breakpoint
ANALYZE unclaimed_proxies;

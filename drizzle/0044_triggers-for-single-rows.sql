-- An assignment fires these triggers with one row or none. A statement for an array is planned each time, as its plan for one element seems cheaper than its kept plan: that took longer than the rest of the assignment. So nothing is done for no row, and few rows are written one by one by a statement whose plan is kept.
CREATE FUNCTION list_one_unclaimed(one integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unclaimed_proxies (proxy_id, rank)
  SELECT p.id, proxy_rank(h.health, h.latency_ms) FROM proxies p LEFT JOIN proxy_health h ON h.proxy_id = p.id
  WHERE p.id = one AND p.removed_at IS NULL
    AND NOT EXISTS (SELECT FROM account_proxy_assignments s WHERE s.proxy_id = one)
    AND NOT EXISTS (SELECT FROM proxy_model_claims c WHERE c.proxy_id = one AND c.cooling_until IS NOT NULL)
  ON CONFLICT DO NOTHING;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_unclaimed_proxies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  emptied integer[];
  one integer;
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
  IF cardinality(emptied) > 10 THEN
    PERFORM list_unclaimed(emptied);
  ELSE
    FOREACH one IN ARRAY emptied LOOP
      PERFORM list_one_unclaimed(one);
    END LOOP;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_waiting_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed integer[];
  one integer;
BEGIN
  IF TG_TABLE_NAME = 'account_proxy_assignments' THEN
    IF TG_OP = 'INSERT' THEN
      changed := ARRAY (SELECT account_id FROM added);
      DELETE FROM waiting_accounts WHERE account_id = ANY (changed);
      RETURN NULL;
    ELSIF TG_OP = 'DELETE' THEN
      changed := ARRAY (SELECT account_id FROM gone);
    ELSE
      changed := ARRAY (SELECT account_id FROM gone UNION SELECT account_id FROM added);
    END IF;
  ELSIF TG_OP = 'UPDATE' THEN
    changed := ARRAY (
      SELECT id FROM (
        SELECT id, model_id, held_at, removed_at FROM added EXCEPT SELECT id, model_id, held_at, removed_at FROM gone
      ) x
    );
  ELSE
    INSERT INTO waiting_accounts SELECT id, model_id FROM added WHERE held_at IS NULL AND removed_at IS NULL ON CONFLICT DO NOTHING;
    RETURN NULL;
  END IF;
  IF cardinality(changed) > 10 THEN
    DELETE FROM waiting_accounts WHERE account_id = ANY (changed);
    INSERT INTO waiting_accounts SELECT id, model_id FROM accounts a
    WHERE a.id = ANY (changed) AND a.held_at IS NULL AND a.removed_at IS NULL
      AND NOT EXISTS (SELECT FROM account_proxy_assignments s WHERE s.account_id = a.id)
    ON CONFLICT DO NOTHING;
  ELSE
    FOREACH one IN ARRAY changed LOOP
      DELETE FROM waiting_accounts WHERE account_id = one;
      INSERT INTO waiting_accounts SELECT id, model_id FROM accounts a
      WHERE a.id = one AND a.held_at IS NULL AND a.removed_at IS NULL
        AND NOT EXISTS (SELECT FROM account_proxy_assignments s WHERE s.account_id = one)
      ON CONFLICT DO NOTHING;
    END LOOP;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_proxy_loads() RETURNS trigger LANGUAGE plpgsql AS $$
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
  IF cardinality(ids) > 10 THEN
    UPDATE proxy_loads l
    SET load = l.load + t.change, model_id = CASE WHEN l.load + t.change > 0 THEN coalesce(t.model_id, l.model_id) END
    FROM unnest(ids, changes, holders) AS t(proxy_id, change, model_id) WHERE l.proxy_id = t.proxy_id;
  ELSE
    FOR n IN 1 .. coalesce(cardinality(ids), 0) LOOP
      UPDATE proxy_loads l
      SET load = l.load + changes[n], model_id = CASE WHEN l.load + changes[n] > 0 THEN coalesce(holders[n], l.model_id) END
      WHERE l.proxy_id = ids[n];
    END LOOP;
  END IF;
  RETURN NULL;
END $$;

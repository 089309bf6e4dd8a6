-- A claim that nobody stands behind holds nothing: where plain SQL took a proxy's last account away, any model may have it.
-- So a proxy is unclaimed when it carries nobody and cools down for nobody.
CREATE OR REPLACE FUNCTION keep_unclaimed_proxies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  emptied integer[];
BEGIN
  IF TG_TABLE_NAME = 'proxies' THEN
    emptied := ARRAY (SELECT id FROM added);
  ELSIF TG_TABLE_NAME = 'proxy_model_claims' THEN
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
--> statement-breakpoint
CREATE TRIGGER unclaimed_inserted AFTER INSERT ON account_proxy_assignments
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_unclaimed_proxies();
--> statement-breakpoint
CREATE TRIGGER unclaimed_updated AFTER UPDATE ON account_proxy_assignments
  REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_unclaimed_proxies();
--> statement-breakpoint
CREATE TRIGGER unclaimed_deleted AFTER DELETE ON account_proxy_assignments
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_unclaimed_proxies();
--> statement-breakpoint
INSERT INTO unclaimed_proxies SELECT c.proxy_id FROM proxy_model_claims c WHERE c.cooling_until IS NULL
  AND NOT EXISTS (SELECT FROM account_proxy_assignments s WHERE s.proxy_id = c.proxy_id)
ON CONFLICT DO NOTHING;

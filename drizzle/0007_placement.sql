CREATE TABLE "unclaimed_proxies" (
	"proxy_id" integer PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "waiting_accounts" (
	"account_id" integer PRIMARY KEY NOT NULL,
	"model_id" integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX "waiting_accounts_model" ON "waiting_accounts" USING btree ("model_id");--> statement-breakpoint
CREATE INDEX "proxies_country" ON "proxies" USING btree ("country") WHERE "proxies"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "proxies_tags" ON "proxies" USING btree (("tags"[1:10])) WHERE "proxies"."removed_at" is null and "proxies"."tags" <> '{}';--> statement-breakpoint
CREATE INDEX "proxies_more_tags" ON "proxies" USING btree (("tags"[11:20])) WHERE "proxies"."removed_at" is null and "proxies"."tags"[11:20] <> '{}';--> statement-breakpoint
CREATE INDEX "proxy_health_exit_ip" ON "proxy_health" USING btree ("exit_ip") WHERE "proxy_health"."exit_ip" is not null;--> statement-breakpoint
CREATE INDEX "proxy_model_claims_cooling" ON "proxy_model_claims" USING btree ("cooling_until") WHERE "proxy_model_claims"."cooling_until" is not null;--> statement-breakpoint
-- The sets behind every placement follow their tables by themselves. Arrays, not joins, say which rows: a session plans a
-- trigger's statements once, and what it planned for a set of thousands would read whole tables for a single row.
CREATE FUNCTION keep_unclaimed_proxies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'proxies' THEN
    INSERT INTO unclaimed_proxies SELECT id FROM added ON CONFLICT DO NOTHING;
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO unclaimed_proxies SELECT proxy_id FROM gone
    WHERE NOT EXISTS (SELECT FROM proxy_model_claims c WHERE c.proxy_id = gone.proxy_id) ON CONFLICT DO NOTHING;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    DELETE FROM unclaimed_proxies WHERE proxy_id = ANY (ARRAY (SELECT proxy_id FROM added));
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION keep_waiting_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed integer[];
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
      SELECT added.id FROM added JOIN gone ON gone.id = added.id
      WHERE (added.model_id, added.held_at, added.removed_at) IS DISTINCT FROM (gone.model_id, gone.held_at, gone.removed_at)
    );
  ELSE
    INSERT INTO waiting_accounts SELECT id, model_id FROM added WHERE held_at IS NULL AND removed_at IS NULL ON CONFLICT DO NOTHING;
    RETURN NULL;
  END IF;
  DELETE FROM waiting_accounts WHERE account_id = ANY (changed);
  INSERT INTO waiting_accounts SELECT id, model_id FROM accounts a
  WHERE a.id = ANY (changed) AND a.held_at IS NULL AND a.removed_at IS NULL
    AND NOT EXISTS (SELECT FROM account_proxy_assignments s WHERE s.account_id = a.id)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER proxies_inserted AFTER INSERT ON proxies
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_unclaimed_proxies();
--> statement-breakpoint
CREATE TRIGGER proxy_model_claims_inserted AFTER INSERT ON proxy_model_claims
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_unclaimed_proxies();
--> statement-breakpoint
CREATE TRIGGER proxy_model_claims_updated AFTER UPDATE ON proxy_model_claims
  REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_unclaimed_proxies();
--> statement-breakpoint
CREATE TRIGGER proxy_model_claims_deleted AFTER DELETE ON proxy_model_claims
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_unclaimed_proxies();
--> statement-breakpoint
CREATE TRIGGER accounts_inserted AFTER INSERT ON accounts
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_waiting_accounts();
--> statement-breakpoint
CREATE TRIGGER accounts_updated AFTER UPDATE ON accounts
  REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_waiting_accounts();
--> statement-breakpoint
CREATE TRIGGER waiting_inserted AFTER INSERT ON account_proxy_assignments
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_waiting_accounts();
--> statement-breakpoint
CREATE TRIGGER waiting_updated AFTER UPDATE ON account_proxy_assignments
  REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_waiting_accounts();
--> statement-breakpoint
CREATE TRIGGER waiting_deleted AFTER DELETE ON account_proxy_assignments
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_waiting_accounts();
--> statement-breakpoint
INSERT INTO unclaimed_proxies SELECT id FROM proxies p WHERE NOT EXISTS (SELECT FROM proxy_model_claims c WHERE c.proxy_id = p.id);
--> statement-breakpoint
INSERT INTO waiting_accounts SELECT id, model_id FROM accounts a WHERE held_at IS NULL AND removed_at IS NULL
  AND NOT EXISTS (SELECT FROM account_proxy_assignments s WHERE s.account_id = a.id);
--> statement-breakpoint
-- The ends of many assignments, then of one, in the same session: found by array for the same reason.
CREATE OR REPLACE FUNCTION write_assignment_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  actor text := coalesce(nullif(current_setting('proxy_ops.actor', true), ''), 'sql:' || session_user);
  why text := coalesce(nullif(current_setting('proxy_ops.reason', true), ''), 'changed by SQL');
BEGIN
  IF TG_OP = 'DELETE' THEN
    UPDATE assignment_history h SET ended_at = greatest(now(), h.started_at), ended_by = actor, end_reason = why
    WHERE h.account_id = ANY (ARRAY (SELECT account_id FROM gone)) AND h.ended_at IS NULL;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO assignment_history (account_id, proxy_id, model_id, started_at, started_by, start_reason)
    SELECT account_id, proxy_id, model_id, assigned_at, assigned_by, reason FROM added;
  ELSE
    UPDATE assignment_history h SET ended_at = greatest(now(), h.started_at), ended_by = actor, end_reason = why
    FROM gone WHERE h.account_id = gone.account_id AND h.ended_at IS NULL
      AND NOT EXISTS (SELECT FROM added WHERE (added.account_id, added.proxy_id, added.model_id) = (gone.account_id, gone.proxy_id, gone.model_id));
    INSERT INTO assignment_history (account_id, proxy_id, model_id, started_at, started_by, start_reason)
    SELECT account_id, proxy_id, model_id, now(), actor, why FROM added
    WHERE NOT EXISTS (SELECT FROM gone WHERE (added.account_id, added.proxy_id, added.model_id) = (gone.account_id, gone.proxy_id, gone.model_id));
  END IF;
  RETURN NULL;
END $$;

-- A session plans the statements of a trigger once, and a join of its transition tables that was planned for one row compares
-- each row with each other one for thousands. Set operations find what has changed in time proportional to the rows.
CREATE OR REPLACE FUNCTION keep_waiting_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
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
      SELECT id FROM (
        SELECT id, model_id, held_at, removed_at FROM added EXCEPT SELECT id, model_id, held_at, removed_at FROM gone
      ) x
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
CREATE OR REPLACE FUNCTION write_assignment_history() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
    WHERE h.ended_at IS NULL AND h.account_id = ANY (ARRAY (
      SELECT account_id FROM (
        SELECT account_id, proxy_id, model_id FROM gone EXCEPT SELECT account_id, proxy_id, model_id FROM added
      ) x
    ));
    INSERT INTO assignment_history (account_id, proxy_id, model_id, started_at, started_by, start_reason)
    SELECT account_id, proxy_id, model_id, now(), actor, why FROM (
      SELECT account_id, proxy_id, model_id FROM added EXCEPT SELECT account_id, proxy_id, model_id FROM gone
    ) x;
  END IF;
  RETURN NULL;
END $$;

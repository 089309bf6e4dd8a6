-- R9: the audit log and the assignment history are only added to, whoever writes.
CREATE FUNCTION refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is only added to: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
CREATE TRIGGER assignment_history_keep BEFORE DELETE OR TRUNCATE ON assignment_history
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
-- The one change that is allowed: an open row gets its end, once.
CREATE TRIGGER assignment_history_end_once BEFORE UPDATE ON assignment_history
  FOR EACH ROW
  WHEN (
    OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.ended_by IS NULL OR NEW.end_reason IS NULL
    OR (OLD.id, OLD.account_id, OLD.proxy_id, OLD.model_id, OLD.started_at, OLD.started_by, OLD.start_reason)
      IS DISTINCT FROM (NEW.id, NEW.account_id, NEW.proxy_id, NEW.model_id, NEW.started_at, NEW.started_by, NEW.start_reason)
  )
  EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
-- History follows the assignments by itself, a set at a time. Who ends one, and why, is said with
-- set_config('proxy_ops.actor', …, true) and set_config('proxy_ops.reason', …, true); a bare session is named as such.
CREATE FUNCTION write_assignment_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  actor text := coalesce(nullif(current_setting('proxy_ops.actor', true), ''), 'sql:' || session_user);
  why text := coalesce(nullif(current_setting('proxy_ops.reason', true), ''), 'changed by SQL');
BEGIN
  IF TG_OP = 'DELETE' THEN
    UPDATE assignment_history h SET ended_at = greatest(now(), h.started_at), ended_by = actor, end_reason = why
    FROM gone WHERE h.account_id = gone.account_id AND h.ended_at IS NULL;
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
--> statement-breakpoint
CREATE TRIGGER account_proxy_assignments_inserted AFTER INSERT ON account_proxy_assignments
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION write_assignment_history();
--> statement-breakpoint
CREATE TRIGGER account_proxy_assignments_updated AFTER UPDATE ON account_proxy_assignments
  REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION write_assignment_history();
--> statement-breakpoint
CREATE TRIGGER account_proxy_assignments_deleted AFTER DELETE ON account_proxy_assignments
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION write_assignment_history();
--> statement-breakpoint
-- TRUNCATE would pass the history by.
CREATE TRIGGER account_proxy_assignments_keep BEFORE TRUNCATE ON account_proxy_assignments
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
-- A plan rests on versions; whoever changes what it rests on overtakes it.
CREATE FUNCTION count_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER proxies_version BEFORE UPDATE ON proxies FOR EACH ROW
  WHEN ((OLD.status, OLD.removed_at, OLD.expires_at, OLD.host, OLD.port, OLD.username, OLD.password_fingerprint, OLD.type)
    IS DISTINCT FROM (NEW.status, NEW.removed_at, NEW.expires_at, NEW.host, NEW.port, NEW.username, NEW.password_fingerprint, NEW.type))
  EXECUTE FUNCTION count_version();
--> statement-breakpoint
CREATE TRIGGER accounts_version BEFORE UPDATE ON accounts FOR EACH ROW
  WHEN ((OLD.model_id, OLD.held_at, OLD.removed_at) IS DISTINCT FROM (NEW.model_id, NEW.held_at, NEW.removed_at))
  EXECUTE FUNCTION count_version();

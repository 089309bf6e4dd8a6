-- Plain SQL may delete what has no history; the sets behind placements lose it too.
CREATE FUNCTION forget_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'proxies' THEN
    DELETE FROM unclaimed_proxies WHERE proxy_id = ANY (ARRAY (SELECT id FROM gone));
  ELSE
    DELETE FROM waiting_accounts WHERE account_id = ANY (ARRAY (SELECT id FROM gone));
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER proxies_deleted AFTER DELETE ON proxies
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_deleted();
--> statement-breakpoint
CREATE TRIGGER accounts_deleted AFTER DELETE ON accounts
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_deleted();

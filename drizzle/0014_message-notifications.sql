-- Wakes the deliverers when a message is new or has changed. Lost notifications do no harm: the outbox is polled as well.
CREATE FUNCTION "notify_messages"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('proxy_ops_messages', '');
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "messages_notify" AFTER INSERT OR UPDATE OF "version" ON "messages"
  FOR EACH STATEMENT EXECUTE FUNCTION "notify_messages"();

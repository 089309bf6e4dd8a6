-- The role that works on the data has no right to change or drop what the functions below write: they run with the rights of the owner.
ALTER FUNCTION write_assignment_history() SECURITY DEFINER SET search_path = public, pg_temp;
--> statement-breakpoint
CREATE FUNCTION create_check_day(day date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF proxy_checks FOR VALUES FROM (%L) TO (%L)',
    to_char(day, '"proxy_checks_"YYYYMMDD'), to_char(day, 'YYYY-MM-DD"T00:00:00Z"'), to_char(day + 1, 'YYYY-MM-DD"T00:00:00Z"'));
END $$;
--> statement-breakpoint
CREATE FUNCTION drop_check_day(day date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('DROP TABLE IF EXISTS %I', to_char(day, '"proxy_checks_"YYYYMMDD'));
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION create_check_day(date), drop_check_day(date) FROM PUBLIC;

ALTER TABLE "alerts" ADD COLUMN "announced_proxies" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "announced_accounts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "announced_providers" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
-- The messages of open incidents tell their present sizes, so only what comes later is growth.
UPDATE "alerts" a SET "announced_proxies" = n.proxies, "announced_accounts" = a."accounts", "announced_providers" = n.providers
FROM (
  SELECT alert_id, (count(*) FILTER (WHERE ended_at IS NULL))::int AS proxies, count(DISTINCT provider)::int AS providers
  FROM alert_proxies GROUP BY alert_id
) n
WHERE n.alert_id = a.id AND a.kind = 'failing' AND a.closed_at IS NULL;

-- The outcome `captive` is now called `captive_portal`, and a digest counts free slots.
UPDATE proxy_health SET outcome = 'captive_portal' WHERE outcome = 'captive';
--> statement-breakpoint
UPDATE proxy_checks SET outcome = 'captive_portal' WHERE outcome = 'captive';
--> statement-breakpoint
UPDATE alert_proxies SET outcome = 'captive_portal' WHERE outcome = 'captive';
--> statement-breakpoint
UPDATE alerts SET data = (data - 'freePlaces') || jsonb_build_object('freeSlots', data -> 'freePlaces')
  WHERE kind = 'digest' AND data ? 'freePlaces';

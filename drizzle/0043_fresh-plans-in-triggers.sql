-- PostgreSQL keeps the plan of a statement in a function, for the size that its tables had then: after some sweeps of an empty pool, a large import took minutes. These plan each time.
ALTER FUNCTION rank_unclaimed_proxies() SET plan_cache_mode = force_custom_plan;--> statement-breakpoint
ALTER FUNCTION list_unclaimed(integer[]) SET plan_cache_mode = force_custom_plan;--> statement-breakpoint
ALTER FUNCTION list_new_proxies() SET plan_cache_mode = force_custom_plan;--> statement-breakpoint
ALTER FUNCTION list_proxy_load() SET plan_cache_mode = force_custom_plan;

CREATE TABLE "providers" (
	"name" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	CONSTRAINT "providers_key_unique" UNIQUE("key")
);
--> statement-breakpoint
-- Tags are found without case, by an index over them; the casts are immutable for texts, which PostgreSQL cannot know.
CREATE FUNCTION lower_tags(tags text[]) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT lower(tags::text)::text[]
$$;
--> statement-breakpoint
DROP INDEX "proxies_tag";--> statement-breakpoint
CREATE INDEX "proxies_tag" ON "proxies" USING gin (lower_tags("tags")) WHERE "proxies"."removed_at" is null;
--> statement-breakpoint
-- Names with one key look the same in every width and case. `src/domain/names.ts` makes the same keys; a test compares the two.
CREATE FUNCTION fold_key(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT btrim(regexp_replace(regexp_replace(translate(normalize(lower(normalize(regexp_replace(name,
    '[\u00AD\u034F\u0600-\u0605\u061C\u06DD\u070F\u0890\u0891\u08E2\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\U000110BD\U000110CD\U00013430-\U0001343F\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]',
    '', 'g'), NFKC)), NFKC), 'ς', 'σ'), '[\s\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u2800\u3000]+', ' ', 'g'), '[\u0001-\u001F\u007F-\u009F]', '', 'g'))
$$;
--> statement-breakpoint
-- The same without the letters of Cyrillic and Greek that look like Latin ones.
CREATE FUNCTION look_key(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT translate(fold_key(name), 'авекмнорстухіјѕһԁԛԝαβεζικμνορτυχ', 'abekmhopctyxijshdqwabezikmvoptyx')
$$;
--> statement-breakpoint
-- Rows whose names have become the same are kept: the later one gets its number behind its name.
WITH keyed AS (
  SELECT id, fold_key(key) AS key, row_number() OVER (PARTITION BY fold_key(key) ORDER BY fold_key(key) <> key, id) > 1 AS is_taken FROM accounts
)
UPDATE accounts a SET key = k.key || CASE WHEN is_taken THEN ' #' || a.id ELSE '' END,
  username = a.username || CASE WHEN is_taken THEN ' #' || a.id ELSE '' END
FROM keyed k WHERE k.id = a.id AND (k.key <> a.key OR is_taken);
--> statement-breakpoint
WITH keyed AS (
  SELECT m.id, k.key, row_number() OVER (PARTITION BY k.key ORDER BY k.key <> m.key, m.id) > 1 AS is_taken
  FROM models m, replace(fold_key(m.key), ' ', '') AS k(key)
)
UPDATE models m SET key = k.key || CASE WHEN is_taken THEN '#' || m.id ELSE '' END,
  name = m.name || CASE WHEN is_taken THEN ' #' || m.id ELSE '' END
FROM keyed k WHERE k.id = m.id AND (k.key <> m.key OR is_taken);
--> statement-breakpoint
WITH keyed AS (
  SELECT id, look_key(key) AS key, row_number() OVER (PARTITION BY look_key(key) ORDER BY look_key(key) <> key, id) > 1 AS is_taken FROM vps
)
UPDATE vps v SET key = k.key || CASE WHEN is_taken THEN ' #' || v.id ELSE '' END,
  name = v.name || CASE WHEN is_taken THEN ' #' || v.id ELSE '' END
FROM keyed k WHERE k.id = v.id AND (k.key <> v.key OR is_taken);
--> statement-breakpoint
UPDATE account_import_rows SET key = fold_key(key), model_key = replace(fold_key(model_key), ' ', ''), vps_key = look_key(vps_key)
WHERE (key, model_key, vps_key) IS DISTINCT FROM (fold_key(key), replace(fold_key(model_key), ' ', ''), look_key(vps_key));
--> statement-breakpoint
-- Of several spellings of a provider the most frequent one stays.
INSERT INTO providers (name, key)
SELECT DISTINCT ON (look_key(provider)) provider, look_key(provider)
FROM (SELECT provider, count(*) AS proxies FROM proxies WHERE provider IS NOT NULL GROUP BY provider) p
ORDER BY look_key(provider), proxies DESC, provider;
--> statement-breakpoint
CREATE FUNCTION spelling_of(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce((SELECT r.name FROM providers r WHERE r.key = look_key($1)), $1)
$$;
--> statement-breakpoint
UPDATE proxies SET provider = spelling_of(provider) WHERE provider <> spelling_of(provider);
--> statement-breakpoint
UPDATE alert_proxies SET provider = spelling_of(provider) WHERE provider <> spelling_of(provider);
--> statement-breakpoint
UPDATE alert_mutes SET provider = spelling_of(provider) WHERE provider <> spelling_of(provider);
--> statement-breakpoint
CREATE FUNCTION unify_providers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Nearly always every spelling is known, so this is one pass over what was written.
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT provider FROM written WHERE provider IS NOT NULL) w
    WHERE NOT EXISTS (SELECT FROM providers r WHERE r.name = w.provider)
  ) THEN
    INSERT INTO providers (name, key)
    SELECT DISTINCT ON (look_key(provider)) provider, look_key(provider)
    FROM (SELECT provider, count(*) AS proxies FROM written WHERE provider IS NOT NULL GROUP BY provider) w
    ORDER BY look_key(provider), proxies DESC, provider
    ON CONFLICT DO NOTHING;
    UPDATE proxies p SET provider = k.name
    FROM (
      SELECT w.provider, r.name FROM (SELECT DISTINCT provider FROM written WHERE provider IS NOT NULL) w
      JOIN providers r ON r.key = look_key(w.provider) WHERE r.name <> w.provider
    ) k JOIN written w ON w.provider = k.provider
    WHERE p.id = w.id;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER proxies_provider_inserted AFTER INSERT ON proxies
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION unify_providers();
--> statement-breakpoint
CREATE TRIGGER proxies_provider_updated AFTER UPDATE ON proxies
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION unify_providers();

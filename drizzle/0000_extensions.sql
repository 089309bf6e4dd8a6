-- Part of a host, a username or a label finds a proxy: trigram indexes.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

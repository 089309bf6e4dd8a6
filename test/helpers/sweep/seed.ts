/**
 * A small pool: proxies 1 to 4 of acme, 5 to 8 of other; ann.1 to ann.3 of Amber on #1, ann.4 on #2, bea.1 of Bella on #3; cara.1 of
 * Amber and bea.2 of Bella on hold; #4 cools down for Amber; Nova manages ann.1 and is linked to #1.
 */
export const SEED = `
  insert into proxies (host, port, type, username, provider, credential_id, password_fingerprint)
    select '203.0.113.' || n, 8080, 'http', 'u' || n, case when n <= 4 then 'acme' else 'other' end, gen_random_uuid(), '\\x00' from generate_series(1, 8) n;
  insert into models (name, key) values ('Amber', 'amber'), ('Bella', 'bella');
  insert into vps (name, key) values ('Nova', 'nova'), ('Rigel', 'rigel');
  insert into accounts (username, key, model_id, vps_id, held_at) values
    ('ann.1', 'ann.1', 1, 1, null), ('ann.2', 'ann.2', 1, null, null), ('ann.3', 'ann.3', 1, null, null), ('ann.4', 'ann.4', 1, null, null),
    ('bea.1', 'bea.1', 2, null, null), ('cara.1', 'cara.1', 1, null, now()), ('bea.2', 'bea.2', 2, null, now());
  insert into proxy_model_claims (proxy_id, model_id, cooling_until) values (1, 1, null), (2, 1, null), (3, 2, null), (4, 1, now() + interval '5 days');
  insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason) values
    (1, 1, 1, 1, 'test', 'test'), (2, 1, 1, 2, 'test', 'test'), (3, 1, 1, 3, 'test', 'test'), (4, 2, 1, 1, 'test', 'test'), (5, 3, 2, 1, 'test', 'test');
  insert into vps_proxy_mappings (vps_id, proxy_id, created_by) values (1, 1, 'test'), (1, 5, 'test');
`;

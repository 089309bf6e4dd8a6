-- The proxies that accounts of a VPS use by assignments of the bot are documented by the bot, as they are for new assignments.
INSERT INTO vps_proxy_mappings (vps_id, proxy_id, created_by)
SELECT DISTINCT a.vps_id, s.proxy_id, 'bot'
FROM account_proxy_assignments s JOIN accounts a ON a.id = s.account_id
WHERE a.vps_id IS NOT NULL AND (s.assigned_by = 'system' OR s.assigned_by ~ '^(discord|token):')
ON CONFLICT DO NOTHING;

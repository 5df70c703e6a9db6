INSERT INTO livemeter_platform_account (id, version, owner, platform, identity_id, identity_name, scopes, state, detail, connected_at, checked_at,
    claimed_until, sealed_tokens) VALUES
    ('account-1', 2, 'alice', 'youtube', 'UC1', 'Alice', 'read write', 'CONNECTED', '', 1772366400123456, 1772366400123456, NULL, 'sealed');
INSERT INTO livemeter_destination (id, owner, platform, name, server, sealed_key, account, enabled, position) VALUES
    ('d2', 'alice', 'youtube', 'YouTube', NULL, NULL, 'account-1', TRUE, 1);

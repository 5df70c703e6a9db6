-- What the tables had before a capture carried its first line itself, the same in every version from the one with splits and refunds on: Alice paid in
-- 20.00, a call of hers with Bob is over and one runs; she tipped him, had a part back, and he was paid. Carol spent what her bank took back.
INSERT INTO livemeter_account (id, currency) VALUES
    ('outside/USD', 'USD'), ('revenue/USD', 'USD'), ('payouts/USD', 'USD'), ('wallet/alice', 'USD'), ('wallet/carol', 'USD'),
    ('earnings/bob/USD', 'USD'), ('receivable/carol/USD', 'USD');
INSERT INTO livemeter_wallet (owner, account, currency, posted_micros, held_micros) VALUES
    ('alice', 'wallet/alice', 'USD', 12900000, 1900000), ('carol', 'wallet/carol', 'USD', 0, 0);
INSERT INTO livemeter_balance (account, currency, posted_micros) VALUES
    ('earnings/bob/USD', 'USD', 970000), ('receivable/carol/USD', 'USD', -3000000);
INSERT INTO livemeter_hold (id, owner, currency, amount_micros, captured_micros, state, expires_at, fingerprint) VALUES
    ('session-over/hold-1', 'alice', 'USD', 6000000, 6000000, 'CAPTURED', 4102444800000000, '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'),
    ('session-live/hold-1', 'alice', 'USD', 2000000, 100000, 'OPEN', 4102444800000000, '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef');
INSERT INTO livemeter_entry (id, kind, booked_at, value_at, subject, memo, fingerprint, hold, reverses, owner, currency,
    posted_after_micros, held_after_micros) VALUES
    ('purchase/stripe/pi_1', 'CREDIT', 1772366400123456, 1772366400123456, 'purchase/stripe/pi_1', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', NULL, NULL, 'alice', 'USD', 20000000, 0),
    ('purchase/stripe/pi_2', 'CREDIT', 1772366401123456, 1772366401123456, 'purchase/stripe/pi_2', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', NULL, NULL, 'carol', 'USD', 5000000, 0),
    ('session-over/capture-1', 'CAPTURE', 1772366402123456, 1772366402123456, 'session/session-over', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'session-over/hold-1', NULL, 'alice', 'USD', 14000000, 0),
    ('tip-1', 'DEBIT', 1772366403123456, 1772366403123456, 'tip/tip-1', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', NULL, NULL, 'alice', 'USD', 12000000, 0),
    ('tip-2', 'DEBIT', 1772366404123456, 1772366404123456, 'tip/tip-2', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', NULL, NULL, 'carol', 'USD', 2000000, 0),
    ('refund-1', 'REFUND', 1772366405123456, 1772366405123456, 'session/session-over', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', NULL, 'session-over/capture-1', 'alice', 'USD', 13000000, 0),
    ('chargeback-1', 'CHARGEBACK', 1772366406123456, 1772366406123456, 'purchase/stripe/pi_2', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', NULL, 'purchase/stripe/pi_2', 'carol', 'USD', 0, 0),
    ('payout/b1/bob', 'PAYOUT', 1772366407123456, 1772366407123456, 'payout/b1', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', NULL, NULL, NULL, NULL, NULL, NULL),
    ('payout/b1/bob/paid', 'PAYOUT_PAID', 1772366408123456, 1772366408123456, 'payout/b1', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', NULL, NULL, NULL, NULL, NULL, NULL),
    ('session-live/capture-1', 'CAPTURE', 1772366409123456, 1772366409123456, 'session/session-live', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'session-live/hold-1', NULL, 'alice', 'USD', 12900000, 1900000);
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 0, 'outside/USD', 'wallet/alice', 'USD', 20000000 FROM livemeter_entry WHERE id = 'purchase/stripe/pi_1';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 0, 'outside/USD', 'wallet/carol', 'USD', 5000000 FROM livemeter_entry WHERE id = 'purchase/stripe/pi_2';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 0, 'wallet/alice', 'earnings/bob/USD', 'USD', 4200000 FROM livemeter_entry WHERE id = 'session-over/capture-1';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 1, 'wallet/alice', 'revenue/USD', 'USD', 1800000 FROM livemeter_entry WHERE id = 'session-over/capture-1';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 0, 'wallet/alice', 'earnings/bob/USD', 'USD', 1400000 FROM livemeter_entry WHERE id = 'tip-1';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 1, 'wallet/alice', 'revenue/USD', 'USD', 600000 FROM livemeter_entry WHERE id = 'tip-1';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 0, 'wallet/carol', 'revenue/USD', 'USD', 3000000 FROM livemeter_entry WHERE id = 'tip-2';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 0, 'earnings/bob/USD', 'wallet/alice', 'USD', 700000 FROM livemeter_entry WHERE id = 'refund-1';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 1, 'revenue/USD', 'wallet/alice', 'USD', 300000 FROM livemeter_entry WHERE id = 'refund-1';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 0, 'wallet/carol', 'outside/USD', 'USD', 2000000 FROM livemeter_entry WHERE id = 'chargeback-1';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 1, 'receivable/carol/USD', 'outside/USD', 'USD', 3000000 FROM livemeter_entry WHERE id = 'chargeback-1';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 0, 'earnings/bob/USD', 'payouts/USD', 'USD', 4000000 FROM livemeter_entry WHERE id = 'payout/b1/bob';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 0, 'payouts/USD', 'outside/USD', 'USD', 4000000 FROM livemeter_entry WHERE id = 'payout/b1/bob/paid';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 0, 'wallet/alice', 'earnings/bob/USD', 'USD', 70000 FROM livemeter_entry WHERE id = 'session-live/capture-1';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 1, 'wallet/alice', 'revenue/USD', 'USD', 30000 FROM livemeter_entry WHERE id = 'session-live/capture-1';
INSERT INTO livemeter_reversal (original, currency, amount_micros, reversed_micros) VALUES
    ('session-over/capture-1', 'USD', 6000000, 1000000), ('purchase/stripe/pi_2', 'USD', 5000000, 5000000);
INSERT INTO livemeter_delivery (id, content, transfer, taken_at) VALUES ('stripe/evt_1', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'purchase/stripe/pi_1', 1772366400123456);
INSERT INTO livemeter_node (id, lease_until) VALUES ('node-1', 1772366460123456);
INSERT INTO livemeter_session (id, lane, payer, payee, share_bps, tariff_version, stream_key, state, opened_at, live_at, seen_at, ended_at, currency,
    tariff, basis, used_nanos, granted_micros, charged_micros, holds, captures, balance_currency, balance_before_micros, balance_after_micros,
    end_code, end_detail, node, version) VALUES
    ('session-over', 'CALL', 'alice', 'bob', 7000, 'call#1', NULL, 'ENDED', 1772366400123456, 1772366400123456, 1772366460123456, 1772366460123456, 'USD',
     '6.00 USD/60s 60/60', '2026-03-01T12:00:00.123456Z UTC 0/1/0', 60000000000, 6000000, 6000000, 1, 1, 'USD', 20000000, 14000000,
     'hung_up', '', 'node-1', 5),
    ('session-live', 'CALL', 'alice', 'bob', 7000, 'call#1', NULL, 'LIVE', 1772366409123456, 1772366409123456, 1772366469123456, NULL, 'USD',
     '0.10 USD/60s 60/60', '2026-03-01T12:00:09.123456Z UTC 0/1/0', 60000000000, 2000000, 100000, 1, 1, 'USD', 13000000, NULL,
     NULL, NULL, 'node-1', 3),
    ('session-stream', 'RELAY', 'alice', NULL, NULL, 'relay#1', 'key-1', 'ENDED', 1772366400123456, NULL, 1772366400123456, 1772366400123456, 'USD',
     '0.10 USD/60s 60/60', '2026-03-01T12:00:00.123456Z UTC 0/1/0', 0, 1000000, 0, 1, 0, 'USD', 20000000, 20000000,
     'hung_up', '', 'node-1', 2);
INSERT INTO livemeter_session_destination (session, position, destination, platform, name) VALUES ('session-stream', 0, 'd1', 'twitch', 'Twitch');
INSERT INTO livemeter_rated (session, line, kind, payer, payee, lane, platforms, currency, began_at, billing_day, billing_month, destinations,
    factor_permille, discount_bps, seconds, list_micros, amount_micros, earned_micros) VALUES
    ('session-over', 0, 'TIME', 'alice', 'bob', 'CALL', '', 'USD', 1772366400123456, 20513, 202603, 1, 1000, 0, 60, 6000000, 6000000, 4200000);
INSERT INTO livemeter_tariff (tariff_key, version, valid_from, notation) VALUES ('relay', 1, 0, '0.10 USD/60s 60/60');
INSERT INTO livemeter_stream_key (id, owner, hash, hint, created_at, revoked_at) VALUES ('key-1', 'alice', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'cdef', 1772366400123456, NULL);
INSERT INTO livemeter_destination_list (owner) VALUES ('alice');
INSERT INTO livemeter_destination (id, owner, platform, name, server, sealed_key, enabled, position) VALUES
    ('d1', 'alice', 'twitch', 'Twitch', NULL, 'sealed', TRUE, 0);

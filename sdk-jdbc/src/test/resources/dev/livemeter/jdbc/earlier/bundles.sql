INSERT INTO livemeter_account (id, currency) VALUES ('wallet/dave', 'USD');
INSERT INTO livemeter_wallet (owner, account, currency, posted_micros, held_micros) VALUES ('dave', 'wallet/dave', 'USD', 11000000, 0);
INSERT INTO livemeter_entry (id, kind, booked_at, value_at, subject, memo, fingerprint, hold, reverses, owner, currency,
    posted_after_micros, held_after_micros, source, destination, amount_micros) VALUES
    ('purchase/stripe/pi_3', 'CREDIT', 1772366410123456, 1772366410123456, 'purchase/stripe/pi_3', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', NULL, NULL, 'dave', 'USD', 20000000, 0, 'outside/USD', 'wallet/dave', 20000000),
    ('bundle/bundle-1', 'DEBIT', 1772366411123456, 1772366411123456, 'bundle/bundle-1', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', NULL, NULL, 'dave', 'USD', 11000000, 0, 'wallet/dave', 'revenue/USD', 9000000);
INSERT INTO livemeter_bundle (id, owner, length_seconds, currency, price_micros, valid_from, valid_until, reserved_seconds, used_seconds,
    refunded_seconds, memo, made_at, fingerprint) VALUES
    ('bundle-1', 'dave', 7200, 'USD', 9000000, 1772366411123456, NULL, 0, 1800, 0, 'two hours', 1772366411123456, '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'),
    ('plan-1/alice/2026-03', 'alice', 18000, NULL, NULL, 1772366400000000, 4102444800000000, 0, 0, 0, '', 1772366400123456, '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef');
INSERT INTO livemeter_session (id, lane, payer, payee, share_bps, tariff_version, stream_key, state, opened_at, live_at, seen_at, ended_at, currency,
    tariff, basis, used_nanos, granted_micros, charged_micros, holds, captures, balance_currency, balance_before_micros, balance_after_micros,
    end_code, end_detail, node, version) VALUES
    ('session-covered', 'RELAY', 'dave', NULL, NULL, 'relay#1', NULL, 'ENDED', 1772366412123456, 1772366412123456, 1772368212123456, 1772368212123456, 'USD',
     '0.10 USD/60s 60/60', '2026-03-01T12:00:12.123456Z UTC covered=7200s 0/1/0', 1800000000000, 0, 0, 0, 0, 'USD', 11000000, 11000000,
     'hung_up', '', 'node-1', 4);
INSERT INTO livemeter_bundle_use (session, position, bundle, reserved_seconds, used_seconds) VALUES ('session-covered', 0, 'bundle-1', 7200, 1800);
INSERT INTO livemeter_rated (session, line, kind, payer, payee, lane, platforms, currency, began_at, billing_day, billing_month, destinations,
    factor_permille, discount_bps, seconds, list_micros, amount_micros, earned_micros) VALUES
    ('session-covered', 0, 'COVERED', 'dave', NULL, 'RELAY', '', 'USD', 1772366412123456, 20513, 202603, 1, 1000, 0, 1800, 0, 0, 0);

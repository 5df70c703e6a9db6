-- What version 1 of the tables had after some days: Alice paid in 10.00, one session of hers is over and one was live when the process died;
-- Bob paid in euros, and one session of his waits for its stream.
INSERT INTO livemeter_account (id, currency) VALUES
    ('outside/USD', 'USD'), ('revenue/USD', 'USD'), ('wallet/alice', 'USD'),
    ('outside/EUR', 'EUR'), ('revenue/EUR', 'EUR'), ('wallet/bob', 'EUR');
INSERT INTO livemeter_wallet (owner, account, currency, posted_micros, held_micros) VALUES
    ('alice', 'wallet/alice', 'USD', 9600000, 1900000), ('bob', 'wallet/bob', 'EUR', 5000000, 1000000);
INSERT INTO livemeter_hold (id, owner, currency, amount_micros, captured_micros, state, expires_at, fingerprint) VALUES
    ('session-over/hold-1', 'alice', 'USD', 1000000, 300000, 'CAPTURED', 4102444800000000, '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'),
    ('session-live/hold-1', 'alice', 'USD', 2000000, 100000, 'OPEN', 4102444800000000, '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'),
    ('session-waiting/hold-1', 'bob', 'EUR', 1000000, 0, 'OPEN', 4102444800000000, '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef');
INSERT INTO livemeter_entry (id, kind, booked_at, memo, fingerprint, hold, owner, currency, posted_after_micros, held_after_micros) VALUES
    ('order-1', 'CREDIT', 1772357400123456, 'the first', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', NULL, 'alice', 'USD', 10000000, 0),
    ('session-over/capture-1', 'CAPTURE', 1772358400123456, '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'session-over/hold-1', 'alice', 'USD', 9700000, 0),
    ('order-2', 'CREDIT', 1772359400123456, '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', NULL, 'bob', 'EUR', 5000000, 0),
    ('session-live/capture-1', 'CAPTURE', 1772366460123456, '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'session-live/hold-1', 'alice', 'USD', 9600000, 1900000);
INSERT INTO livemeter_posting (entry, line, account, currency, amount_micros)
SELECT seq, 0, 'outside/' || currency, currency, -posted_after_micros FROM livemeter_entry WHERE kind = 'CREDIT';
INSERT INTO livemeter_posting (entry, line, account, currency, amount_micros)
SELECT seq, 1, 'wallet/' || owner, currency, posted_after_micros FROM livemeter_entry WHERE kind = 'CREDIT';
INSERT INTO livemeter_posting (entry, line, account, currency, amount_micros)
SELECT seq, 0, 'wallet/alice', 'USD', CASE id WHEN 'session-over/capture-1' THEN -300000 ELSE -100000 END FROM livemeter_entry WHERE kind = 'CAPTURE';
INSERT INTO livemeter_posting (entry, line, account, currency, amount_micros)
SELECT seq, 1, 'revenue/USD', 'USD', CASE id WHEN 'session-over/capture-1' THEN 300000 ELSE 100000 END FROM livemeter_entry WHERE kind = 'CAPTURE';
INSERT INTO livemeter_session (id, lane, payer, stream_key, state, opened_at, live_at, seen_at, ended_at, currency, rate_micros, rate_seconds,
    initial_seconds, subsequent_seconds, used_nanos, granted_micros, charged_micros, holds, captures, balance_currency, balance_before_micros,
    balance_after_micros, end_code, end_detail, version) VALUES
    ('session-over', 'RELAY', 'alice', 'key-1', 'ENDED', 1772358200123456, 1772358210123456, 1772358400123456, 1772358400123456, 'USD', 100000, 60,
     60, 60, 121000000001, 1000000, 300000, 1, 1, 'USD', 10000000, 9700000, 'hung_up', '', 5),
    ('session-live', 'RELAY', 'alice', 'key-1', 'LIVE', 1772366399123456, 1772366400123456, 1772366490123456, NULL, 'USD', 100000, 60,
     60, 60, 90000000000, 2000000, 100000, 1, 1, 'USD', 9700000, NULL, NULL, NULL, 3),
    ('session-waiting', 'RELAY', 'bob', 'key-2', 'AUTHORIZED', 1772366400123456, NULL, 1772366400123456, NULL, 'EUR', 1, 7,
     30, 6, 0, 1000000, 0, 1, 0, 'EUR', 5000000, NULL, NULL, NULL, 1);
INSERT INTO livemeter_session_destination (session, position, destination, platform, name) VALUES
    ('session-over', 0, 'd1', 'youtube', 'YouTube'), ('session-over', 1, 'd2', 'twitch', 'Twitch'), ('session-live', 0, 'd2', 'twitch', 'Twitch');

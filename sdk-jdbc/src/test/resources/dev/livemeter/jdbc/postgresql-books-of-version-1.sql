-- What version 1 of PostgreSQL's tables had: Alice paid in 10.00, and of a hold of 1.00 a part was captured.
INSERT INTO livemeter_account (id, currency) VALUES ('outside/USD', 'USD'), ('revenue/USD', 'USD'), ('wallet/alice', 'USD');
INSERT INTO livemeter_wallet (owner, account, currency, posted_micros, held_micros) VALUES ('alice', 'wallet/alice', 'USD', 9700000, 700000);
INSERT INTO livemeter_hold (id, owner, currency, amount_micros, captured_micros, state, expires_at, fingerprint) VALUES
    ('session-1/hold-1', 'alice', 'USD', 1000000, 300000, 'OPEN', 32503680000000000, '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef');
INSERT INTO livemeter_entry (id, kind, booked_at, value_at, subject, memo, fingerprint, hold, owner, currency, posted_after_micros, held_after_micros) VALUES
    ('order-1', 'CREDIT', 1772357400123456, 1772357400123456, 'order-1', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', NULL,
     'alice', 'USD', 10000000, 0),
    ('session-1/capture-1', 'CAPTURE', 1772358400123456, 1772358400123456, 'session-1', '', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
     'session-1/hold-1', 'alice', 'USD', 9700000, 700000);
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 0, 'outside/USD', 'wallet/alice', 'USD', 10000000 FROM livemeter_entry WHERE kind = 'CREDIT';
INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT seq, 0, 'wallet/alice', 'revenue/USD', 'USD', 300000 FROM livemeter_entry WHERE kind = 'CAPTURE';

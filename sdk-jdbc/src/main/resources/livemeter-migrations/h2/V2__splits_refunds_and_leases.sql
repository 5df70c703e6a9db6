-- The books -----------------------------------------------------------------------------------------------------------

-- The balances of earnings and receivables, as those of wallets: kept, proved by postings, and what is locked.
CREATE TABLE livemeter_balance (
    account VARCHAR(80) NOT NULL,
    currency CHAR(3) NOT NULL,
    posted_micros BIGINT NOT NULL,
    CONSTRAINT livemeter_balance_pk PRIMARY KEY (account),
    CONSTRAINT livemeter_balance_account FOREIGN KEY (account, currency) REFERENCES livemeter_account (id, currency),
    -- what is owed to a payee is never below zero, and what is owed to the operator never above
    CONSTRAINT livemeter_balance_side CHECK (
        (account LIKE 'earnings/%' AND posted_micros >= 0) OR (account LIKE 'receivable/%' AND posted_micros <= 0))
);

-- Entries without a wallet, such as payouts, are new: the four columns of a wallet's balance are null together there.
ALTER TABLE livemeter_entry ADD COLUMN value_at BIGINT;
ALTER TABLE livemeter_entry ADD COLUMN subject VARCHAR(200);
ALTER TABLE livemeter_entry ADD COLUMN reverses VARCHAR(200);
-- What counted when it was booked; a capture is about its hold, a credit about itself.
UPDATE livemeter_entry SET value_at = booked_at, subject = COALESCE(hold, id);
ALTER TABLE livemeter_entry ALTER COLUMN value_at SET NOT NULL;
ALTER TABLE livemeter_entry ALTER COLUMN subject SET NOT NULL;
ALTER TABLE livemeter_entry ALTER COLUMN owner DROP NOT NULL;
ALTER TABLE livemeter_entry ALTER COLUMN currency DROP NOT NULL;
ALTER TABLE livemeter_entry ALTER COLUMN posted_after_micros DROP NOT NULL;
ALTER TABLE livemeter_entry ALTER COLUMN held_after_micros DROP NOT NULL;
ALTER TABLE livemeter_entry ADD CONSTRAINT livemeter_entry_reverses FOREIGN KEY (reverses) REFERENCES livemeter_entry (id);
ALTER TABLE livemeter_entry ADD CONSTRAINT livemeter_entry_whole CHECK (
    (owner IS NULL AND currency IS NULL AND posted_after_micros IS NULL AND held_after_micros IS NULL)
    OR (owner IS NOT NULL AND currency IS NOT NULL AND posted_after_micros IS NOT NULL AND held_after_micros IS NOT NULL));

CREATE INDEX livemeter_entry_about ON livemeter_entry (subject, seq);
CREATE INDEX livemeter_entry_booked ON livemeter_entry (booked_at);

-- Each entry had two postings that summed to zero; now it has one line, from where the negative one was to where the other was.
ALTER TABLE livemeter_posting RENAME TO livemeter_posting_1;
ALTER TABLE livemeter_posting_1 RENAME CONSTRAINT livemeter_posting_pk TO livemeter_posting_1_pk;
ALTER TABLE livemeter_posting_1 RENAME CONSTRAINT livemeter_posting_entry TO livemeter_posting_1_entry;
ALTER TABLE livemeter_posting_1 RENAME CONSTRAINT livemeter_posting_amount TO livemeter_posting_1_amount;

-- One line: an amount from one account to another, so that an entry cannot but balance.
CREATE TABLE livemeter_posting (
    entry BIGINT NOT NULL,
    line SMALLINT NOT NULL,
    source VARCHAR(80) NOT NULL,
    destination VARCHAR(80) NOT NULL,
    currency CHAR(3) NOT NULL,
    amount_micros BIGINT NOT NULL,
    CONSTRAINT livemeter_posting_pk PRIMARY KEY (entry, line),
    CONSTRAINT livemeter_posting_entry FOREIGN KEY (entry) REFERENCES livemeter_entry (seq),
    CONSTRAINT livemeter_posting_source FOREIGN KEY (source, currency) REFERENCES livemeter_account (id, currency),
    CONSTRAINT livemeter_posting_destination FOREIGN KEY (destination, currency) REFERENCES livemeter_account (id, currency),
    CONSTRAINT livemeter_posting_amount CHECK (amount_micros > 0),
    CONSTRAINT livemeter_posting_accounts CHECK (source <> destination)
);

INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)
SELECT taken.entry, 0, taken.account, given.account, given.currency, given.amount_micros
FROM livemeter_posting_1 taken
JOIN livemeter_posting_1 given ON given.entry = taken.entry AND given.currency = taken.currency
    AND given.amount_micros = -taken.amount_micros
WHERE taken.amount_micros < 0;

DROP TABLE livemeter_posting_1;

CREATE INDEX livemeter_posting_from ON livemeter_posting (source, entry);
CREATE INDEX livemeter_posting_to ON livemeter_posting (destination, entry);

-- How much of an entry was taken back. Whoever races, never more than the whole.
CREATE TABLE livemeter_reversal (
    original VARCHAR(200) NOT NULL,
    currency CHAR(3) NOT NULL,
    amount_micros BIGINT NOT NULL,
    reversed_micros BIGINT NOT NULL,
    CONSTRAINT livemeter_reversal_pk PRIMARY KEY (original),
    CONSTRAINT livemeter_reversal_entry FOREIGN KEY (original) REFERENCES livemeter_entry (id),
    CONSTRAINT livemeter_reversal_amount CHECK (reversed_micros BETWEEN 0 AND amount_micros)
);

-- Messages from outside that were taken in, each once.
CREATE TABLE livemeter_delivery (
    id VARCHAR(200) NOT NULL,
    content CHAR(64) NOT NULL,
    transfer VARCHAR(200) NOT NULL,
    taken_at BIGINT NOT NULL,
    CONSTRAINT livemeter_delivery_pk PRIMARY KEY (id)
);

-- The operator's accounts of each currency that has wallets; payouts are new.
INSERT INTO livemeter_account (id, currency)
SELECT kinds.kind || '/' || used.currency, used.currency
FROM (SELECT DISTINCT currency FROM livemeter_wallet) used
CROSS JOIN (VALUES ('outside'), ('revenue'), ('payouts')) kinds (kind)
WHERE NOT EXISTS (SELECT 1 FROM livemeter_account known WHERE known.id = kinds.kind || '/' || used.currency);

CREATE TRIGGER livemeter_entry_final BEFORE UPDATE, DELETE ON livemeter_entry CALL 'dev.livemeter.jdbc.FinalTable';
CREATE TRIGGER livemeter_posting_final BEFORE UPDATE, DELETE ON livemeter_posting CALL 'dev.livemeter.jdbc.FinalTable';

-- Sessions ------------------------------------------------------------------------------------------------------------

-- Until when nobody takes the sessions of a node over. A node without a row has no lease.
CREATE TABLE livemeter_node (
    id VARCHAR(64) NOT NULL,
    lease_until BIGINT NOT NULL,
    CONSTRAINT livemeter_node_pk PRIMARY KEY (id)
);

-- Tariff and basis stand in their own notations: with them alone a price can be worked out again. What ran before there were nodes belongs
-- to one that has no lease, so that the next to start takes it over.
ALTER TABLE livemeter_session ADD COLUMN payee VARCHAR(64);
ALTER TABLE livemeter_session ADD COLUMN share_bps INTEGER;
ALTER TABLE livemeter_session ADD COLUMN tariff_version VARCHAR(100) DEFAULT '' NOT NULL;
ALTER TABLE livemeter_session ADD COLUMN tariff VARCHAR(2000);
ALTER TABLE livemeter_session ADD COLUMN basis VARCHAR(2000);
ALTER TABLE livemeter_session ADD COLUMN node VARCHAR(64) DEFAULT 'before-leases' NOT NULL;
ALTER TABLE livemeter_session ALTER COLUMN stream_key DROP NOT NULL;
UPDATE livemeter_session SET
    tariff = rate_micros / 1000000 || '.' || LPAD(MOD(rate_micros, 1000000), 6, '0') || ' ' || currency || '/' || rate_seconds || 's '
        || initial_seconds || '/' || subsequent_seconds,
    basis = FORMATDATETIME(
        DATEADD(MICROSECOND, COALESCE(live_at, opened_at), TIMESTAMP '1970-01-01 00:00:00'),
        'yyyy-MM-dd''T''HH:mm:ss.SSSSSS') || 'Z UTC 0/1/0';
ALTER TABLE livemeter_session ALTER COLUMN tariff SET NOT NULL;
ALTER TABLE livemeter_session ALTER COLUMN basis SET NOT NULL;
ALTER TABLE livemeter_session ALTER COLUMN tariff_version DROP DEFAULT;
ALTER TABLE livemeter_session ALTER COLUMN node DROP DEFAULT;

-- Of sessions that are over, what was sold, for reports: spans of one price, whose amounts sum to the cost of the whole session.
-- billing_day counts from 1970-01-01 and billing_month is 202603 for March 2026, both by the calendar of the session.
CREATE TABLE livemeter_rated (
    session VARCHAR(64) NOT NULL,
    line INTEGER NOT NULL,
    kind VARCHAR(8) NOT NULL,
    payer VARCHAR(64) NOT NULL,
    payee VARCHAR(64),
    lane VARCHAR(16) NOT NULL,
    platforms VARCHAR(2000) NOT NULL,
    currency CHAR(3) NOT NULL,
    began_at BIGINT NOT NULL,
    billing_day INTEGER NOT NULL,
    billing_month INTEGER NOT NULL,
    destinations INTEGER NOT NULL,
    factor_permille INTEGER NOT NULL,
    discount_bps INTEGER NOT NULL,
    seconds BIGINT NOT NULL,
    list_micros BIGINT NOT NULL,
    amount_micros BIGINT NOT NULL,
    earned_micros BIGINT NOT NULL,
    CONSTRAINT livemeter_rated_pk PRIMARY KEY (session, line),
    CONSTRAINT livemeter_rated_session FOREIGN KEY (session) REFERENCES livemeter_session (id),
    CONSTRAINT livemeter_rated_kind CHECK (kind IN ('FREE', 'TIME', 'MINIMUM'))
);

CREATE INDEX livemeter_rated_payer ON livemeter_rated (payer, billing_day);
CREATE INDEX livemeter_rated_payee ON livemeter_rated (payee, billing_day);
CREATE INDEX livemeter_rated_day ON livemeter_rated (billing_day);

-- What is over already: one line for each session, of what it was charged. There were no discounts, shares or factors then.
INSERT INTO livemeter_rated (session, line, kind, payer, lane, platforms, currency, began_at, billing_day, billing_month,
    destinations, factor_permille, discount_bps, seconds, list_micros, amount_micros, earned_micros)
SELECT s.id, 0, 'TIME', s.payer, s.lane,
    COALESCE((SELECT LISTAGG(d.platform, ',') WITHIN GROUP (ORDER BY d.platform)
        FROM livemeter_session_destination d WHERE d.session = s.id), ''),
    s.currency, s.live_at, s.live_at / 86400000000,
    CAST(FORMATDATETIME(DATEADD(MICROSECOND, s.live_at, TIMESTAMP '1970-01-01 00:00:00'), 'yyyyMM') AS INTEGER),
    1, 1000, 0,
    s.initial_seconds + GREATEST(0,
        ((s.used_nanos + 999999999) / 1000000000 - s.initial_seconds + s.subsequent_seconds - 1) / s.subsequent_seconds)
        * s.subsequent_seconds,
    s.charged_micros, s.charged_micros, 0
FROM livemeter_session s WHERE s.state = 'ENDED' AND s.live_at IS NOT NULL AND s.used_nanos > 0;

ALTER TABLE livemeter_session DROP COLUMN rate_micros;
ALTER TABLE livemeter_session DROP COLUMN rate_seconds;
ALTER TABLE livemeter_session DROP COLUMN initial_seconds;
ALTER TABLE livemeter_session DROP COLUMN subsequent_seconds;
ALTER TABLE livemeter_session ADD CONSTRAINT livemeter_session_payee CHECK ((payee IS NULL) = (share_bps IS NULL));

CREATE INDEX livemeter_session_running ON livemeter_session (payer, state);

CREATE TABLE livemeter_tariff (
    tariff_key VARCHAR(100) NOT NULL,
    version INTEGER NOT NULL,
    valid_from BIGINT NOT NULL,
    notation VARCHAR(2000) NOT NULL,
    CONSTRAINT livemeter_tariff_pk PRIMARY KEY (tariff_key, version)
);

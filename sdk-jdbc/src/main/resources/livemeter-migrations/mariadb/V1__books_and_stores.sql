-- Moments are microseconds since 1970-01-01T00:00Z, amounts are micro-units (millionths) of the currency's major unit:
-- both exact in 64 bits and the same on every database, whatever its time zone.
-- Identifiers compare and sort byte by byte (utf8mb4_bin): by default "Alice" and "alice" would be one wallet.

-- The books -----------------------------------------------------------------------------------------------------------

CREATE TABLE livemeter_account (
    id VARCHAR(80) NOT NULL,
    currency CHAR(3) NOT NULL,
    PRIMARY KEY (id),
    -- so that a posting can refer to both, and an account has one currency for good
    CONSTRAINT livemeter_account_currency UNIQUE (id, currency)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What can be derived from postings and holds, kept because it is asked for all the time. This row is what is locked.
CREATE TABLE livemeter_wallet (
    owner VARCHAR(64) NOT NULL,
    account VARCHAR(80) NOT NULL,
    currency CHAR(3) NOT NULL,
    posted_micros BIGINT NOT NULL,
    held_micros BIGINT NOT NULL,
    PRIMARY KEY (owner),
    CONSTRAINT livemeter_wallet_currency UNIQUE (owner, currency),
    CONSTRAINT livemeter_wallet_account FOREIGN KEY (account, currency) REFERENCES livemeter_account (id, currency),
    CONSTRAINT livemeter_wallet_posted CHECK (posted_micros >= 0),
    CONSTRAINT livemeter_wallet_held CHECK (held_micros >= 0),
    CONSTRAINT livemeter_wallet_available CHECK (posted_micros - held_micros >= 0)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE livemeter_hold (
    id VARCHAR(200) NOT NULL,
    owner VARCHAR(64) NOT NULL,
    currency CHAR(3) NOT NULL,
    amount_micros BIGINT NOT NULL,
    captured_micros BIGINT NOT NULL,
    state VARCHAR(8) NOT NULL,
    expires_at BIGINT NOT NULL,
    fingerprint CHAR(64) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT livemeter_hold_wallet FOREIGN KEY (owner, currency) REFERENCES livemeter_wallet (owner, currency),
    CONSTRAINT livemeter_hold_amount CHECK (amount_micros > 0),
    CONSTRAINT livemeter_hold_captured CHECK (captured_micros BETWEEN 0 AND amount_micros),
    CONSTRAINT livemeter_hold_state CHECK (state IN ('OPEN', 'CAPTURED', 'VOIDED', 'EXPIRED'))
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX livemeter_hold_due ON livemeter_hold (owner, state, expires_at);
CREATE INDEX livemeter_hold_sweep ON livemeter_hold (state, expires_at);

-- The balances of earnings and receivables, as those of wallets: kept, proved by postings, and what is locked.
CREATE TABLE livemeter_balance (
    account VARCHAR(80) NOT NULL,
    currency CHAR(3) NOT NULL,
    posted_micros BIGINT NOT NULL,
    PRIMARY KEY (account),
    CONSTRAINT livemeter_balance_account FOREIGN KEY (account, currency) REFERENCES livemeter_account (id, currency),
    -- what is owed to a payee is never below zero, and what is owed to the operator never above
    CONSTRAINT livemeter_balance_side CHECK (
        (account LIKE 'earnings/%' AND posted_micros >= 0) OR (account LIKE 'receivable/%' AND posted_micros <= 0))
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What happened, for good: neither changed nor deleted. The four columns of a wallet's balance after it are null together, where no wallet is in it.
CREATE TABLE livemeter_entry (
    seq BIGINT NOT NULL AUTO_INCREMENT,
    id VARCHAR(200) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    booked_at BIGINT NOT NULL,
    value_at BIGINT NOT NULL,
    subject VARCHAR(200) NOT NULL,
    memo TEXT NOT NULL,
    fingerprint CHAR(64) NOT NULL,
    hold VARCHAR(200),
    reverses VARCHAR(200),
    owner VARCHAR(64),
    currency CHAR(3),
    posted_after_micros BIGINT,
    held_after_micros BIGINT,
    PRIMARY KEY (seq),
    -- the key of idempotency: whoever races, one entry
    CONSTRAINT livemeter_entry_id UNIQUE (id),
    CONSTRAINT livemeter_entry_wallet FOREIGN KEY (owner, currency) REFERENCES livemeter_wallet (owner, currency),
    CONSTRAINT livemeter_entry_hold FOREIGN KEY (hold) REFERENCES livemeter_hold (id),
    CONSTRAINT livemeter_entry_reverses FOREIGN KEY (reverses) REFERENCES livemeter_entry (id),
    CONSTRAINT livemeter_entry_after CHECK (held_after_micros >= 0 AND posted_after_micros - held_after_micros >= 0),
    CONSTRAINT livemeter_entry_whole CHECK (
        (owner IS NULL AND currency IS NULL AND posted_after_micros IS NULL AND held_after_micros IS NULL)
        OR (owner IS NOT NULL AND currency IS NOT NULL AND posted_after_micros IS NOT NULL AND held_after_micros IS NOT NULL))
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX livemeter_entry_about ON livemeter_entry (subject, seq);
CREATE INDEX livemeter_entry_booked ON livemeter_entry (booked_at);

-- One line: an amount from one account to another, so that an entry cannot but balance.
CREATE TABLE livemeter_posting (
    entry BIGINT NOT NULL,
    line SMALLINT NOT NULL,
    source VARCHAR(80) NOT NULL,
    destination VARCHAR(80) NOT NULL,
    currency CHAR(3) NOT NULL,
    amount_micros BIGINT NOT NULL,
    PRIMARY KEY (entry, line),
    CONSTRAINT livemeter_posting_entry FOREIGN KEY (entry) REFERENCES livemeter_entry (seq),
    CONSTRAINT livemeter_posting_source FOREIGN KEY (source, currency) REFERENCES livemeter_account (id, currency),
    CONSTRAINT livemeter_posting_destination FOREIGN KEY (destination, currency) REFERENCES livemeter_account (id, currency),
    CONSTRAINT livemeter_posting_amount CHECK (amount_micros > 0),
    CONSTRAINT livemeter_posting_accounts CHECK (source <> destination)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX livemeter_posting_from ON livemeter_posting (source, entry);
CREATE INDEX livemeter_posting_to ON livemeter_posting (destination, entry);

-- How much of an entry was taken back. Whoever races, never more than the whole.
CREATE TABLE livemeter_reversal (
    original VARCHAR(200) NOT NULL,
    currency CHAR(3) NOT NULL,
    amount_micros BIGINT NOT NULL,
    reversed_micros BIGINT NOT NULL,
    PRIMARY KEY (original),
    CONSTRAINT livemeter_reversal_entry FOREIGN KEY (original) REFERENCES livemeter_entry (id),
    CONSTRAINT livemeter_reversal_amount CHECK (reversed_micros BETWEEN 0 AND amount_micros)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Messages from outside that were taken in, each once.
CREATE TABLE livemeter_delivery (
    id VARCHAR(200) NOT NULL,
    content CHAR(64) NOT NULL,
    transfer VARCHAR(200) NOT NULL,
    taken_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TRIGGER livemeter_entry_no_update BEFORE UPDATE ON livemeter_entry FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1644, MESSAGE_TEXT =
        'Entries and postings of the books are never changed or deleted; book an entry that reverses the wrong one.';
CREATE TRIGGER livemeter_entry_no_delete BEFORE DELETE ON livemeter_entry FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1644, MESSAGE_TEXT =
        'Entries and postings of the books are never changed or deleted; book an entry that reverses the wrong one.';
CREATE TRIGGER livemeter_posting_no_update BEFORE UPDATE ON livemeter_posting FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1644, MESSAGE_TEXT =
        'Entries and postings of the books are never changed or deleted; book an entry that reverses the wrong one.';
CREATE TRIGGER livemeter_posting_no_delete BEFORE DELETE ON livemeter_posting FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1644, MESSAGE_TEXT =
        'Entries and postings of the books are never changed or deleted; book an entry that reverses the wrong one.';

-- Sessions ------------------------------------------------------------------------------------------------------------

-- Until when nobody takes the sessions of a node over. A node without a row has no lease.
CREATE TABLE livemeter_node (
    id VARCHAR(64) NOT NULL,
    lease_until BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Tariff and basis stand in their own notations: with them alone a price can be worked out again.
CREATE TABLE livemeter_session (
    id VARCHAR(64) NOT NULL,
    lane VARCHAR(16) NOT NULL,
    payer VARCHAR(64) NOT NULL,
    payee VARCHAR(64),
    share_bps INTEGER,
    tariff_version VARCHAR(100) NOT NULL,
    stream_key VARCHAR(200),
    state VARCHAR(16) NOT NULL,
    opened_at BIGINT NOT NULL,
    live_at BIGINT,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT,
    currency CHAR(3) NOT NULL,
    tariff VARCHAR(2000) NOT NULL,
    basis VARCHAR(2000) NOT NULL,
    used_nanos BIGINT NOT NULL,
    granted_micros BIGINT NOT NULL,
    charged_micros BIGINT NOT NULL,
    holds INTEGER NOT NULL,
    captures INTEGER NOT NULL,
    -- a wallet in another currency than the tariff's is declined, but only after its row was written
    balance_currency CHAR(3) NOT NULL,
    balance_before_micros BIGINT NOT NULL,
    balance_after_micros BIGINT,
    end_code VARCHAR(32),
    end_detail TEXT,
    node VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT livemeter_session_payee CHECK ((payee IS NULL) = (share_bps IS NULL))
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX livemeter_session_history ON livemeter_session (payer, opened_at, id);
CREATE INDEX livemeter_session_open ON livemeter_session (state, opened_at, id);
CREATE INDEX livemeter_session_running ON livemeter_session (payer, state);

CREATE TABLE livemeter_session_destination (
    session VARCHAR(64) NOT NULL,
    position INTEGER NOT NULL,
    destination VARCHAR(200) NOT NULL,
    platform VARCHAR(32) NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (session, position),
    CONSTRAINT livemeter_session_destination_session FOREIGN KEY (session) REFERENCES livemeter_session (id)
        ON DELETE CASCADE
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

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
    PRIMARY KEY (session, line),
    CONSTRAINT livemeter_rated_session FOREIGN KEY (session) REFERENCES livemeter_session (id),
    CONSTRAINT livemeter_rated_kind CHECK (kind IN ('FREE', 'TIME', 'MINIMUM'))
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX livemeter_rated_payer ON livemeter_rated (payer, billing_day);
CREATE INDEX livemeter_rated_payee ON livemeter_rated (payee, billing_day);
CREATE INDEX livemeter_rated_day ON livemeter_rated (billing_day);

CREATE TABLE livemeter_tariff (
    tariff_key VARCHAR(100) NOT NULL,
    version INTEGER NOT NULL,
    valid_from BIGINT NOT NULL,
    notation VARCHAR(2000) NOT NULL,
    PRIMARY KEY (tariff_key, version)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Stream keys and destinations ----------------------------------------------------------------------------------------

CREATE TABLE livemeter_stream_key (
    id VARCHAR(200) NOT NULL,
    owner VARCHAR(64) NOT NULL,
    hash CHAR(64) NOT NULL,
    hint VARCHAR(16) NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (id),
    CONSTRAINT livemeter_stream_key_hash UNIQUE (hash)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX livemeter_stream_key_owner ON livemeter_stream_key (owner, created_at, id);

-- One row for each user who ever had a destination: what is locked to give positions and to keep the limit.
CREATE TABLE livemeter_destination_list (
    owner VARCHAR(64) NOT NULL,
    PRIMARY KEY (owner)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE livemeter_destination (
    id VARCHAR(200) NOT NULL,
    owner VARCHAR(64) NOT NULL,
    platform VARCHAR(32) NOT NULL,
    name TEXT NOT NULL,
    server TEXT,
    sealed_key TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT livemeter_destination_owner FOREIGN KEY (owner) REFERENCES livemeter_destination_list (owner),
    CONSTRAINT livemeter_destination_position UNIQUE (owner, position)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

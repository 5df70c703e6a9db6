-- Moments are microseconds since 1970-01-01T00:00Z, amounts are micro-units (millionths) of the currency's major unit:
-- both exact in 64 bits and the same on every database, whatever its time zone.

-- The books -----------------------------------------------------------------------------------------------------------

CREATE TABLE livemeter_account (
    id VARCHAR(80) NOT NULL,
    currency CHAR(3) NOT NULL,
    CONSTRAINT livemeter_account_pk PRIMARY KEY (id),
    -- so that a posting can refer to both, and an account has one currency for good
    CONSTRAINT livemeter_account_currency UNIQUE (id, currency)
);

-- What can be derived from postings and holds, kept because it is asked for all the time. This row is what is locked.
CREATE TABLE livemeter_wallet (
    owner VARCHAR(64) NOT NULL,
    account VARCHAR(80) NOT NULL,
    currency CHAR(3) NOT NULL,
    posted_micros BIGINT NOT NULL,
    held_micros BIGINT NOT NULL,
    CONSTRAINT livemeter_wallet_pk PRIMARY KEY (owner),
    CONSTRAINT livemeter_wallet_currency UNIQUE (owner, currency),
    CONSTRAINT livemeter_wallet_account FOREIGN KEY (account, currency) REFERENCES livemeter_account (id, currency),
    CONSTRAINT livemeter_wallet_posted CHECK (posted_micros >= 0),
    CONSTRAINT livemeter_wallet_held CHECK (held_micros >= 0),
    CONSTRAINT livemeter_wallet_available CHECK (posted_micros - held_micros >= 0)
);

CREATE TABLE livemeter_hold (
    id VARCHAR(200) NOT NULL,
    owner VARCHAR(64) NOT NULL,
    currency CHAR(3) NOT NULL,
    amount_micros BIGINT NOT NULL,
    captured_micros BIGINT NOT NULL,
    state VARCHAR(8) NOT NULL,
    expires_at BIGINT NOT NULL,
    fingerprint CHAR(64) NOT NULL,
    CONSTRAINT livemeter_hold_pk PRIMARY KEY (id),
    CONSTRAINT livemeter_hold_wallet FOREIGN KEY (owner, currency) REFERENCES livemeter_wallet (owner, currency),
    CONSTRAINT livemeter_hold_amount CHECK (amount_micros > 0),
    CONSTRAINT livemeter_hold_captured CHECK (captured_micros BETWEEN 0 AND amount_micros),
    CONSTRAINT livemeter_hold_state CHECK (state IN ('OPEN', 'CAPTURED', 'VOIDED', 'EXPIRED'))
);

CREATE INDEX livemeter_hold_due ON livemeter_hold (owner, state, expires_at);
CREATE INDEX livemeter_hold_sweep ON livemeter_hold (state, expires_at);

CREATE TABLE livemeter_entry (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    id VARCHAR(200) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    booked_at BIGINT NOT NULL,
    memo VARCHAR NOT NULL,
    fingerprint CHAR(64) NOT NULL,
    hold VARCHAR(200),
    owner VARCHAR(64) NOT NULL,
    currency CHAR(3) NOT NULL,
    posted_after_micros BIGINT NOT NULL,
    held_after_micros BIGINT NOT NULL,
    CONSTRAINT livemeter_entry_pk PRIMARY KEY (seq),
    -- the key of idempotency: whoever races, one entry
    CONSTRAINT livemeter_entry_id UNIQUE (id),
    CONSTRAINT livemeter_entry_wallet FOREIGN KEY (owner, currency) REFERENCES livemeter_wallet (owner, currency),
    CONSTRAINT livemeter_entry_hold FOREIGN KEY (hold) REFERENCES livemeter_hold (id),
    CONSTRAINT livemeter_entry_after CHECK (held_after_micros >= 0 AND posted_after_micros - held_after_micros >= 0)
);

CREATE TABLE livemeter_posting (
    entry BIGINT NOT NULL,
    line SMALLINT NOT NULL,
    account VARCHAR(80) NOT NULL,
    currency CHAR(3) NOT NULL,
    amount_micros BIGINT NOT NULL,
    CONSTRAINT livemeter_posting_pk PRIMARY KEY (entry, line),
    CONSTRAINT livemeter_posting_entry FOREIGN KEY (entry) REFERENCES livemeter_entry (seq),
    CONSTRAINT livemeter_posting_account FOREIGN KEY (account, currency) REFERENCES livemeter_account (id, currency),
    CONSTRAINT livemeter_posting_amount CHECK (amount_micros <> 0)
);

CREATE INDEX livemeter_posting_history ON livemeter_posting (account, entry);

-- Sessions ------------------------------------------------------------------------------------------------------------

CREATE TABLE livemeter_session (
    id VARCHAR(64) NOT NULL,
    lane VARCHAR(16) NOT NULL,
    payer VARCHAR(64) NOT NULL,
    stream_key VARCHAR(200) NOT NULL,
    state VARCHAR(16) NOT NULL,
    opened_at BIGINT NOT NULL,
    live_at BIGINT,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT,
    currency CHAR(3) NOT NULL,
    rate_micros BIGINT NOT NULL,
    rate_seconds BIGINT NOT NULL,
    initial_seconds BIGINT NOT NULL,
    subsequent_seconds BIGINT NOT NULL,
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
    end_detail VARCHAR,
    version BIGINT NOT NULL,
    CONSTRAINT livemeter_session_pk PRIMARY KEY (id)
);

CREATE INDEX livemeter_session_history ON livemeter_session (payer, opened_at, id);
CREATE INDEX livemeter_session_open ON livemeter_session (state, opened_at, id);

CREATE TABLE livemeter_session_destination (
    session VARCHAR(64) NOT NULL,
    position INTEGER NOT NULL,
    destination VARCHAR(200) NOT NULL,
    platform VARCHAR(32) NOT NULL,
    name VARCHAR NOT NULL,
    CONSTRAINT livemeter_session_destination_pk PRIMARY KEY (session, position),
    CONSTRAINT livemeter_session_destination_session FOREIGN KEY (session) REFERENCES livemeter_session (id)
        ON DELETE CASCADE
);

-- Stream keys and destinations ----------------------------------------------------------------------------------------

CREATE TABLE livemeter_stream_key (
    id VARCHAR(200) NOT NULL,
    owner VARCHAR(64) NOT NULL,
    hash CHAR(64) NOT NULL,
    hint VARCHAR(16) NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    CONSTRAINT livemeter_stream_key_pk PRIMARY KEY (id),
    CONSTRAINT livemeter_stream_key_hash UNIQUE (hash)
);

CREATE INDEX livemeter_stream_key_owner ON livemeter_stream_key (owner, created_at, id);

-- One row for each user who ever had a destination: what is locked to give positions and to keep the limit.
CREATE TABLE livemeter_destination_list (
    owner VARCHAR(64) NOT NULL,
    CONSTRAINT livemeter_destination_list_pk PRIMARY KEY (owner)
);

CREATE TABLE livemeter_destination (
    id VARCHAR(200) NOT NULL,
    owner VARCHAR(64) NOT NULL,
    platform VARCHAR(32) NOT NULL,
    name VARCHAR NOT NULL,
    server VARCHAR,
    sealed_key VARCHAR NOT NULL,
    enabled BOOLEAN NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT livemeter_destination_pk PRIMARY KEY (id),
    CONSTRAINT livemeter_destination_owner FOREIGN KEY (owner) REFERENCES livemeter_destination_list (owner),
    CONSTRAINT livemeter_destination_position UNIQUE (owner, position)
);

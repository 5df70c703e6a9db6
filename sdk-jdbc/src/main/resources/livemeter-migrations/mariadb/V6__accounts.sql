-- Accounts on platforms that people connected, so that the application may act for them there. The tokens are sealed; who changes a row says which version they read.
CREATE TABLE livemeter_platform_account (
    id VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL,
    owner VARCHAR(64) NOT NULL,
    platform VARCHAR(32) NOT NULL,
    identity_id VARCHAR(200) NOT NULL,
    identity_name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    state VARCHAR(24) NOT NULL,
    detail TEXT NOT NULL,
    connected_at BIGINT NOT NULL,
    checked_at BIGINT NOT NULL,
    claimed_until BIGINT,
    sealed_tokens TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT livemeter_platform_account_identity UNIQUE (owner, platform, identity_id),
    CONSTRAINT livemeter_platform_account_version CHECK (version >= 1),
    CONSTRAINT livemeter_platform_account_state CHECK (state IN ('CONNECTED', 'NEEDS_AUTHORIZATION'))
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX livemeter_platform_account_checked ON livemeter_platform_account (platform, state, checked_at);

-- A destination goes by a stream key or by an account. The account may be gone: the destination then says so when it is used.
ALTER TABLE livemeter_destination
    MODIFY sealed_key TEXT,
    ADD COLUMN account VARCHAR(64) AFTER sealed_key,
    ADD CONSTRAINT livemeter_destination_way CHECK ((sealed_key IS NULL) <> (account IS NULL));

-- Broadcasts on platforms: one session at one destination. What is due of one is moved on before it is done, so that of several nodes one does it.
CREATE TABLE livemeter_broadcast (
    id VARCHAR(64) NOT NULL,
    session VARCHAR(64) NOT NULL,
    destination VARCHAR(200) NOT NULL,
    owner VARCHAR(64) NOT NULL,
    platform VARCHAR(32) NOT NULL,
    name TEXT NOT NULL,
    account VARCHAR(64) NOT NULL,
    opened_at BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    detail TEXT NOT NULL,
    platform_id TEXT,
    platform_handle TEXT,
    page TEXT,
    sealed_target TEXT,
    live_at BIGINT,
    ended_at BIGINT,
    viewers_peak BIGINT,
    watched_micros BIGINT,
    counted_micros BIGINT,
    video TEXT,
    attempts INTEGER NOT NULL,
    due_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT livemeter_broadcast_state CHECK (state IN ('OPENING', 'READY', 'LIVE', 'ENDING', 'ENDED', 'FAILED'))
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX livemeter_broadcast_of_session ON livemeter_broadcast (session, opened_at);
CREATE INDEX livemeter_broadcast_due ON livemeter_broadcast (due_at);

-- What a user says of their streams, for the next ones.
CREATE TABLE livemeter_stream_details (
    owner VARCHAR(64) NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT NOT NULL,
    privacy VARCHAR(16) NOT NULL,
    PRIMARY KEY (owner)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What the history remembers of a stream: what it was called when it began, and how many watched on all platforms together.
CREATE TABLE livemeter_stream_story (
    session VARCHAR(64) NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT NOT NULL,
    privacy VARCHAR(16) NOT NULL,
    viewers_peak BIGINT,
    watched_micros BIGINT,
    counted_micros BIGINT,
    PRIMARY KEY (session)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

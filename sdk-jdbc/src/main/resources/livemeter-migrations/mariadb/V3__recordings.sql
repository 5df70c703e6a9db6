-- Recordings of streams. What is known of them, not their bytes, which lie encrypted in a vault; the key of each file is here, sealed.
CREATE TABLE livemeter_recording (
    id VARCHAR(64) NOT NULL,
    session VARCHAR(64) NOT NULL,
    owner VARCHAR(64) NOT NULL,
    state VARCHAR(16) NOT NULL,
    detail TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    length_micros BIGINT NOT NULL,
    bytes_kept BIGINT NOT NULL,
    expires_at BIGINT,
    sealed_key TEXT,
    PRIMARY KEY (id),
    CONSTRAINT livemeter_recording_state CHECK (state IN ('RECORDING', 'FINISHING', 'READY', 'FAILED', 'DELETED')),
    CONSTRAINT livemeter_recording_key CHECK (sealed_key IS NULL OR state = 'READY'),
    CONSTRAINT livemeter_recording_size CHECK (bytes_kept >= 0 AND length_micros >= 0)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX livemeter_recording_of_owner ON livemeter_recording (owner, started_at);
CREATE INDEX livemeter_recording_of_session ON livemeter_recording (session);
CREATE INDEX livemeter_recording_in_state ON livemeter_recording (state, started_at);
CREATE INDEX livemeter_recording_expired ON livemeter_recording (expires_at);

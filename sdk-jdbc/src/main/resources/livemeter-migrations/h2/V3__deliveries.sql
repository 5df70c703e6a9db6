-- How each destination of a session fared, those that came and went on air included; for the history, and never for money.
CREATE TABLE livemeter_session_delivery (
    session VARCHAR(64) NOT NULL,
    position INTEGER NOT NULL,
    destination VARCHAR(200) NOT NULL,
    platform VARCHAR(32) NOT NULL,
    name VARCHAR NOT NULL,
    first_live_at BIGINT,
    live_micros BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    last_error VARCHAR,
    stopped INTEGER NOT NULL CHECK (stopped IN (0, 1)),
    bytes_sent BIGINT NOT NULL,
    CONSTRAINT livemeter_session_delivery_pk PRIMARY KEY (session, position),
    CONSTRAINT livemeter_session_delivery_once UNIQUE (session, destination),
    CONSTRAINT livemeter_session_delivery_session FOREIGN KEY (session) REFERENCES livemeter_session (id)
        ON DELETE CASCADE
);

-- Calls, as far as they outlive a process: who, when, how long, for how much. Their money is in the books, under the session.
CREATE TABLE livemeter_call (
    id VARCHAR(64) COLLATE "C" NOT NULL,
    caller VARCHAR(64) COLLATE "C" NOT NULL,
    callee VARCHAR(64) COLLATE "C" NOT NULL,
    caller_peer VARCHAR(128) COLLATE "C" NOT NULL,
    callee_peer VARCHAR(128) COLLATE "C",
    state VARCHAR(16) COLLATE "C" NOT NULL,
    tariff_version VARCHAR(200) COLLATE "C" NOT NULL,
    share_basis_points INTEGER NOT NULL,
    agreed_nanos BIGINT NOT NULL,
    invited_at BIGINT NOT NULL,
    accepted_at BIGINT,
    live_at BIGINT,
    ended_at BIGINT,
    session VARCHAR(64) COLLATE "C",
    end_cause VARCHAR(32) COLLATE "C",
    end_by VARCHAR(64) COLLATE "C",
    end_detail TEXT,
    talked_nanos BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    cost_micros BIGINT NOT NULL,
    earned_micros BIGINT NOT NULL,
    CONSTRAINT livemeter_call_pk PRIMARY KEY (id),
    CONSTRAINT livemeter_call_state CHECK (state IN ('RINGING', 'CONNECTING', 'LIVE', 'ENDED')),
    CONSTRAINT livemeter_call_end CHECK ((state = 'ENDED') = (end_cause IS NOT NULL)),
    CONSTRAINT livemeter_call_money CHECK (cost_micros >= 0 AND earned_micros BETWEEN 0 AND cost_micros)
);
CREATE INDEX livemeter_call_of_caller ON livemeter_call (caller, invited_at);
CREATE INDEX livemeter_call_of_callee ON livemeter_call (callee, invited_at);
CREATE INDEX livemeter_call_of_session ON livemeter_call (session);
CREATE INDEX livemeter_call_in_state ON livemeter_call (state, invited_at);

-- One row: the key that signs tokens for signaling, sealed.
CREATE TABLE livemeter_token_key (
    place INTEGER NOT NULL,
    sealed_key TEXT NOT NULL,
    CONSTRAINT livemeter_token_key_pk PRIMARY KEY (place),
    CONSTRAINT livemeter_token_key_one CHECK (place = 1)
);

CREATE TABLE livemeter_room (
    id VARCHAR(64) COLLATE "C" NOT NULL,
    broadcaster VARCHAR(64) COLLATE "C" NOT NULL,
    title VARCHAR(200) COLLATE "C" NOT NULL,
    kind VARCHAR(16) COLLATE "C" NOT NULL,
    visibility VARCHAR(16) COLLATE "C" NOT NULL,
    places INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    share_basis_points INTEGER NOT NULL,
    ticket_currency CHAR(3),
    ticket_micros BIGINT,
    ticket_nanos BIGINT NOT NULL,
    state VARCHAR(16) COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    starts_at BIGINT,
    opened_at BIGINT,
    ended_at BIGINT,
    CONSTRAINT livemeter_room_pk PRIMARY KEY (id),
    CONSTRAINT livemeter_room_state CHECK (state IN ('SCHEDULED', 'OPEN', 'ENDED')),
    CONSTRAINT livemeter_room_places CHECK (taken BETWEEN 0 AND places)
);
CREATE INDEX livemeter_room_of_broadcaster ON livemeter_room (broadcaster, made_at);
CREATE INDEX livemeter_room_in_state ON livemeter_room (state, made_at);

-- One row for each time that a viewer was in a room.
CREATE TABLE livemeter_room_participant (
    id VARCHAR(64) COLLATE "C" NOT NULL,
    room VARCHAR(64) COLLATE "C" NOT NULL,
    viewer VARCHAR(64) COLLATE "C" NOT NULL,
    peer VARCHAR(128) COLLATE "C" NOT NULL,
    session VARCHAR(64) COLLATE "C",
    joined_at BIGINT NOT NULL,
    left_at BIGINT,
    watched_nanos BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    cost_micros BIGINT NOT NULL,
    detail TEXT NOT NULL,
    CONSTRAINT livemeter_room_participant_pk PRIMARY KEY (id),
    CONSTRAINT livemeter_room_participant_room FOREIGN KEY (room) REFERENCES livemeter_room (id)
);
CREATE INDEX livemeter_room_participant_of_room ON livemeter_room_participant (room, viewer);
CREATE INDEX livemeter_room_participant_of_session ON livemeter_room_participant (session);
CREATE INDEX livemeter_room_participant_present ON livemeter_room_participant (left_at, joined_at);

CREATE TABLE livemeter_room_ticket (
    room VARCHAR(64) COLLATE "C" NOT NULL,
    viewer VARCHAR(64) COLLATE "C" NOT NULL,
    transfer VARCHAR(200) COLLATE "C" NOT NULL,
    currency CHAR(3) NOT NULL,
    price_micros BIGINT NOT NULL,
    bought_at BIGINT NOT NULL,
    first_used_at BIGINT,
    refunded_at BIGINT,
    CONSTRAINT livemeter_room_ticket_pk PRIMARY KEY (room, viewer),
    CONSTRAINT livemeter_room_ticket_room FOREIGN KEY (room) REFERENCES livemeter_room (id)
);

-- What is said in chats. The row of a channel gives the numbers and is locked while one is given, so that they have no gap.
CREATE TABLE livemeter_chat_channel (
    channel VARCHAR(81) NOT NULL,
    last_sequence BIGINT NOT NULL,
    CONSTRAINT livemeter_chat_channel_pk PRIMARY KEY (channel),
    CONSTRAINT livemeter_chat_channel_sequence CHECK (last_sequence >= 0)
);

-- A message, whose text is empty once it is deleted, or (where author is null) the deletion of the message in target.
CREATE TABLE livemeter_chat_entry (
    channel VARCHAR(81) NOT NULL,
    sequence BIGINT NOT NULL,
    author VARCHAR(72),
    author_name VARCHAR,
    message_id VARCHAR(64),
    message VARCHAR,
    target BIGINT,
    deleted_by VARCHAR(64),
    at_micros BIGINT NOT NULL,
    CONSTRAINT livemeter_chat_entry_pk PRIMARY KEY (channel, sequence),
    CONSTRAINT livemeter_chat_entry_kind CHECK (
        (author IS NULL AND message IS NULL AND target IS NOT NULL AND deleted_by IS NOT NULL)
        OR (author IS NOT NULL AND author_name IS NOT NULL AND message_id IS NOT NULL AND message IS NOT NULL
            AND target IS NULL AND deleted_by IS NULL)),
    CONSTRAINT livemeter_chat_entry_target CHECK (target IS NULL OR target < sequence)
);
CREATE INDEX livemeter_chat_entry_at ON livemeter_chat_entry (at_micros);

-- Which ids of messages were used, so that a repeat is known also when the message is gone.
CREATE TABLE livemeter_chat_id (
    channel VARCHAR(81) NOT NULL,
    author VARCHAR(72) NOT NULL,
    message_id VARCHAR(64) NOT NULL,
    sequence BIGINT NOT NULL,
    at_micros BIGINT NOT NULL,
    CONSTRAINT livemeter_chat_id_pk PRIMARY KEY (channel, author, message_id)
);
CREATE INDEX livemeter_chat_id_at ON livemeter_chat_id (at_micros);

-- Who was sent away, by whom and why, for good. The single row of livemeter_ban_version gives the numbers of changes and is locked while one is given.
CREATE TABLE livemeter_ban_version (
    id INTEGER NOT NULL,
    last_version BIGINT NOT NULL,
    CONSTRAINT livemeter_ban_version_pk PRIMARY KEY (id),
    CONSTRAINT livemeter_ban_version_one CHECK (id = 1)
);

CREATE TABLE livemeter_ban (
    id VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL,
    kind VARCHAR(8) NOT NULL,
    person VARCHAR(72) NOT NULL,
    broadcaster VARCHAR(64),
    ordered_by VARCHAR(64) NOT NULL,
    reason VARCHAR NOT NULL,
    ordered_at BIGINT NOT NULL,
    ends_at BIGINT,
    lifted_by VARCHAR(64),
    lift_reason VARCHAR,
    lifted_at BIGINT,
    CONSTRAINT livemeter_ban_pk PRIMARY KEY (id),
    CONSTRAINT livemeter_ban_of_version UNIQUE (version),
    CONSTRAINT livemeter_ban_kind CHECK (kind = 'BAN' OR (kind = 'KICK' AND ends_at IS NOT NULL AND lifted_by IS NULL)),
    CONSTRAINT livemeter_ban_lift CHECK (
        (lifted_by IS NULL AND lift_reason IS NULL AND lifted_at IS NULL)
        OR (lifted_by IS NOT NULL AND lift_reason IS NOT NULL AND lifted_at IS NOT NULL))
);
CREATE INDEX livemeter_ban_ordered ON livemeter_ban (ordered_at, id);
CREATE INDEX livemeter_ban_of_person ON livemeter_ban (person, ordered_at);
CREATE INDEX livemeter_ban_of_broadcaster ON livemeter_ban (broadcaster, ordered_at);

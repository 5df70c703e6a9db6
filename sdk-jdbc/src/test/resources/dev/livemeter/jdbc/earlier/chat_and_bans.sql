INSERT INTO livemeter_chat_channel (channel, last_sequence) VALUES ('stream/bob', 2);
INSERT INTO livemeter_chat_entry (channel, sequence, author, author_name, message_id, message, target, deleted_by, at_micros) VALUES
    ('stream/bob', 1, 'user:alice', 'Alice', 'm1', 'Good evening', NULL, NULL, 1772366400123456),
    ('stream/bob', 2, NULL, NULL, NULL, NULL, 1, 'bob', 1772366400123456);
INSERT INTO livemeter_chat_id (channel, author, message_id, sequence, at_micros) VALUES ('stream/bob', 'user:alice', 'm1', 1, 1772366400123456);
INSERT INTO livemeter_ban_version (id, last_version) VALUES (1, 7);
INSERT INTO livemeter_ban (id, version, kind, person, broadcaster, ordered_by, reason, ordered_at, ends_at, lifted_by, lift_reason, lifted_at) VALUES
    ('ban-1', 7, 'BAN', 'user:mallory', 'bob', 'bob', 'rude', 1772366400123456, NULL, NULL, NULL, NULL);

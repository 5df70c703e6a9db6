INSERT INTO livemeter_recording (id, session, owner, state, detail, started_at, length_micros, bytes_kept, expires_at, sealed_key) VALUES
    ('recording-1', 'session-stream', 'alice', 'READY', '', 1772366400123456, 5000000, 4711, 4102444800000000, 'sealed');

INSERT INTO livemeter_broadcast (id, session, destination, owner, platform, name, account, opened_at, state, detail, platform_id, platform_handle, page,
    sealed_target, live_at, ended_at, viewers_peak, watched_micros, counted_micros, video, attempts, due_at, version) VALUES
    ('broadcast-1', 'session-stream', 'd2', 'alice', 'youtube', 'YouTube', 'account-1', 1772366400123456, 'ENDED', '', 'yt1', 'stream1', NULL, NULL, 1772366400123456, 1772366400123456, 12,
     60000000, 5000000, NULL, 1, NULL, 4);
INSERT INTO livemeter_stream_details (owner, title, description, category, privacy) VALUES ('alice', 'Evening', '', '', 'PUBLIC');
INSERT INTO livemeter_stream_story (session, title, description, category, privacy, viewers_peak, watched_micros, counted_micros) VALUES
    ('session-stream', 'Evening', '', '', 'PUBLIC', 12, 60000000, 5000000);

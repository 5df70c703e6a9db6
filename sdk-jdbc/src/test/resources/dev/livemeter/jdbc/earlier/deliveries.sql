INSERT INTO livemeter_session_delivery (session, position, destination, platform, name, first_live_at, live_micros, attempts, last_error, stopped,
    bytes_sent) VALUES ('session-stream', 0, 'd1', 'twitch', 'Twitch', 1772366400123456, 5000000, 2, 'It was refused.', 0, 4711);

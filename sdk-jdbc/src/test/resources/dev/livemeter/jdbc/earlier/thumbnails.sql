INSERT INTO livemeter_thumbnail (session, kind, made_at, picture, link, detail, picture_bytes) VALUES
    ('session-stream', 'PICTURE', 1772366410123456, X'FFD8FFD9', NULL, '', 4),
    ('session-over', 'LINK', 1772366410123456, NULL, 'https://pictures.example/over.jpg', '', 0),
    ('session-live', 'MISSING', 1772366410123456, NULL, NULL, 'It was over too soon.', 0);

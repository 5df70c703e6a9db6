-- What a stream looked like: a small picture, where one lies elsewhere, or why there is none.
CREATE TABLE livemeter_thumbnail (
    session VARCHAR(64) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    made_at BIGINT NOT NULL,
    picture MEDIUMBLOB,
    link TEXT,
    detail TEXT NOT NULL,
    picture_bytes INT NOT NULL,
    PRIMARY KEY (session),
    CONSTRAINT livemeter_thumbnail_kind CHECK (kind IN ('PICTURE', 'LINK', 'MISSING')),
    CONSTRAINT livemeter_thumbnail_content CHECK ((kind = 'PICTURE') = (picture IS NOT NULL) AND (kind = 'LINK') = (link IS NOT NULL)),
    CONSTRAINT livemeter_thumbnail_size CHECK (picture_bytes BETWEEN 0 AND 500000)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX livemeter_thumbnail_old ON livemeter_thumbnail (made_at);

-- What a stream looked like: a small picture, where one lies elsewhere, or why there is none.
CREATE TABLE livemeter_thumbnail (
    session VARCHAR(64) COLLATE "C" NOT NULL,
    kind VARCHAR(16) COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    picture BYTEA,
    link TEXT,
    detail TEXT NOT NULL,
    picture_bytes INT NOT NULL,
    CONSTRAINT livemeter_thumbnail_pk PRIMARY KEY (session),
    CONSTRAINT livemeter_thumbnail_kind CHECK (kind IN ('PICTURE', 'LINK', 'MISSING')),
    CONSTRAINT livemeter_thumbnail_content CHECK ((kind = 'PICTURE') = (picture IS NOT NULL) AND (kind = 'LINK') = (link IS NOT NULL)),
    CONSTRAINT livemeter_thumbnail_size CHECK (picture_bytes BETWEEN 0 AND 500000)
);
CREATE INDEX livemeter_thumbnail_old ON livemeter_thumbnail (made_at);

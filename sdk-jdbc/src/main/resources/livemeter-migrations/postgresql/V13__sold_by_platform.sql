-- When each destination was live, as begins in microseconds since 1970 and lengths: 1772366400000000+3600000000, with blanks. Null where only the whole time is known.
ALTER TABLE livemeter_session_delivery ADD COLUMN live_spans TEXT;

-- Of sessions that went to several platforms, what each platform had of a line: time and money divided by how long its destinations were live. Such lines have
-- '*' as their platforms; those of earlier versions have the names of all, and are shared evenly.
CREATE TABLE livemeter_rated_part (
    session VARCHAR(64) COLLATE "C" NOT NULL,
    line INTEGER NOT NULL,
    platform VARCHAR(32) COLLATE "C" NOT NULL,
    billing_day INTEGER NOT NULL,
    sessions INTEGER NOT NULL,
    seconds BIGINT NOT NULL,
    list_micros BIGINT NOT NULL,
    amount_micros BIGINT NOT NULL,
    earned_micros BIGINT NOT NULL,
    CONSTRAINT livemeter_rated_part_pk PRIMARY KEY (session, line, platform),
    CONSTRAINT livemeter_rated_part_line FOREIGN KEY (session, line) REFERENCES livemeter_rated (session, line),
    CONSTRAINT livemeter_rated_part_sessions CHECK (sessions IN (0, 1))
);

-- so that a month is not looked for in all years
CREATE INDEX livemeter_rated_part_day ON livemeter_rated_part (billing_day);

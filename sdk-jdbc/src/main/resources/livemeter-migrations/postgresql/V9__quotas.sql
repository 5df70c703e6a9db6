-- What was used of a platform's quota on a day of its calendar, by all nodes.
CREATE TABLE livemeter_quota_day (
    quota VARCHAR(200) COLLATE "C" NOT NULL,
    quota_day VARCHAR(10) COLLATE "C" NOT NULL,
    used BIGINT NOT NULL,
    CONSTRAINT livemeter_quota_day_pk PRIMARY KEY (quota, quota_day),
    CONSTRAINT livemeter_quota_day_used CHECK (used >= 0)
);

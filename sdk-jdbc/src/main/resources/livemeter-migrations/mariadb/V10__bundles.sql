-- Minutes that payers bought in bundles, or were granted by a subscription. What sessions that run have reserved of one, what those that are over have used and
-- what was given back is never more than its length, whoever asks at once.
CREATE TABLE livemeter_bundle (
    id VARCHAR(120) NOT NULL,
    owner VARCHAR(64) NOT NULL,
    length_seconds BIGINT NOT NULL,
    currency CHAR(3),
    price_micros BIGINT,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT,
    reserved_seconds BIGINT NOT NULL,
    used_seconds BIGINT NOT NULL,
    refunded_seconds BIGINT NOT NULL,
    memo VARCHAR(200) NOT NULL,
    made_at BIGINT NOT NULL,
    fingerprint CHAR(64) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT livemeter_bundle_price CHECK (
        (currency IS NULL AND price_micros IS NULL) OR (currency IS NOT NULL AND price_micros IS NOT NULL AND price_micros > 0)),
    CONSTRAINT livemeter_bundle_validity CHECK (valid_until IS NULL OR valid_until > valid_from),
    CONSTRAINT livemeter_bundle_none_below_zero CHECK (reserved_seconds >= 0 AND used_seconds >= 0 AND refunded_seconds >= 0),
    CONSTRAINT livemeter_bundle_no_more_than_all CHECK (
        length_seconds > 0 AND reserved_seconds + used_seconds + refunded_seconds <= length_seconds)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX livemeter_bundle_of_owner ON livemeter_bundle (owner, valid_until);

-- What a session took out of which bundle; what it used of that is known when it is over.
CREATE TABLE livemeter_bundle_use (
    session VARCHAR(64) NOT NULL,
    position INTEGER NOT NULL,
    bundle VARCHAR(120) NOT NULL,
    reserved_seconds BIGINT NOT NULL,
    used_seconds BIGINT,
    PRIMARY KEY (session, position),
    CONSTRAINT livemeter_bundle_use_session FOREIGN KEY (session) REFERENCES livemeter_session (id),
    CONSTRAINT livemeter_bundle_use_bundle FOREIGN KEY (bundle) REFERENCES livemeter_bundle (id),
    CONSTRAINT livemeter_bundle_use_reserved CHECK (reserved_seconds > 0),
    CONSTRAINT livemeter_bundle_use_used CHECK (used_seconds IS NULL OR used_seconds BETWEEN 0 AND reserved_seconds)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX livemeter_bundle_use_of_bundle ON livemeter_bundle_use (bundle);

ALTER TABLE livemeter_rated DROP CONSTRAINT livemeter_rated_kind;
ALTER TABLE livemeter_rated ADD CONSTRAINT livemeter_rated_kind CHECK (kind IN ('FREE', 'COVERED', 'TIME', 'MINIMUM'));

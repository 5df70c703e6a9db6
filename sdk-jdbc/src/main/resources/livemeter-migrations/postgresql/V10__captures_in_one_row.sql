-- A capture carries its first line itself: from where, to where, how much, in the currency of its wallet. That spares a row, three index entries and
-- four lookups for each. Lines that follow, and those of all other entries, lie in livemeter_posting as before; so do those that were booked before,
-- for entries are never changed.
ALTER TABLE livemeter_entry
    ADD COLUMN source VARCHAR(80) COLLATE "C",
    ADD COLUMN destination VARCHAR(80) COLLATE "C",
    ADD COLUMN amount_micros BIGINT,
    ADD CONSTRAINT livemeter_entry_line CHECK (
        (source IS NULL AND destination IS NULL AND amount_micros IS NULL)
        OR (source IS NOT NULL AND destination IS NOT NULL AND amount_micros IS NOT NULL AND currency IS NOT NULL)),
    ADD CONSTRAINT livemeter_entry_amount CHECK (amount_micros > 0),
    ADD CONSTRAINT livemeter_entry_accounts CHECK (source <> destination);

CREATE INDEX livemeter_entry_from ON livemeter_entry (source, seq) WHERE source IS NOT NULL;
CREATE INDEX livemeter_entry_to ON livemeter_entry (destination, seq) WHERE destination IS NOT NULL;

-- As in version 2, with what the line refers to.
CREATE OR REPLACE FUNCTION livemeter_check_entry() RETURNS trigger LANGUAGE plpgsql
    SET search_path = "${flyway:defaultSchema}", pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    -- One look for both: the wallet of a capture is where its line comes from. Which of them is wrong is asked only where one is.
    IF EXISTS (SELECT FROM added WHERE (owner IS NOT NULL OR source IS NOT NULL) AND NOT EXISTS (
            SELECT FROM livemeter_wallet w WHERE w.owner = added.owner AND w.currency = added.currency
                AND (added.source IS NULL OR w.account = added.source))) THEN
        IF EXISTS (SELECT FROM added WHERE owner IS NOT NULL AND NOT EXISTS (
                SELECT FROM livemeter_wallet w WHERE w.owner = added.owner AND w.currency = added.currency)) THEN
            RAISE EXCEPTION 'An entry is about a wallet that is not there, or has another currency (livemeter_entry_wallet).'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'livemeter_entry_wallet', TABLE = TG_TABLE_NAME;
        END IF;
        IF EXISTS (SELECT FROM added WHERE source IS NOT NULL AND NOT EXISTS (
                SELECT FROM livemeter_account a WHERE a.id = added.source AND a.currency = added.currency)) THEN
            RAISE EXCEPTION 'An entry is from an account that is not there, or has another currency (livemeter_entry_source).'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'livemeter_entry_source', TABLE = TG_TABLE_NAME;
        END IF;
    END IF;
    -- most go to the same few accounts
    IF EXISTS (SELECT FROM (SELECT DISTINCT destination, currency FROM added WHERE destination IS NOT NULL) AS given WHERE NOT EXISTS (
            SELECT FROM livemeter_account a WHERE a.id = given.destination AND a.currency = given.currency)) THEN
        RAISE EXCEPTION 'An entry is to an account that is not there, or has another currency (livemeter_entry_destination).'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'livemeter_entry_destination', TABLE = TG_TABLE_NAME;
    END IF;
    IF EXISTS (SELECT FROM added WHERE hold IS NOT NULL AND NOT EXISTS (
            SELECT FROM livemeter_hold h WHERE h.id = added.hold)) THEN
        RAISE EXCEPTION 'An entry is captured from a hold that is not there (livemeter_entry_hold).'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'livemeter_entry_hold', TABLE = TG_TABLE_NAME;
    END IF;
    IF EXISTS (SELECT FROM added WHERE reverses IS NOT NULL AND NOT EXISTS (
            SELECT FROM livemeter_entry e WHERE e.id = added.reverses)) THEN
        RAISE EXCEPTION 'An entry reverses one that is not there (livemeter_entry_reverses).'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'livemeter_entry_reverses', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

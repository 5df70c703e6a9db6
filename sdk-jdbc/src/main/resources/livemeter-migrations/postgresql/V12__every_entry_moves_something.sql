-- Each entry carries its first line itself, not only a capture: then no entry is booked that moves nothing. What was booked before stays as it lies.
-- An entry without a wallet has a currency now, that of its line.
ALTER TABLE livemeter_entry
    DROP CONSTRAINT livemeter_entry_whole,
    ADD CONSTRAINT livemeter_entry_whole CHECK (
        (owner IS NULL AND posted_after_micros IS NULL AND held_after_micros IS NULL)
        OR (owner IS NOT NULL AND currency IS NOT NULL AND posted_after_micros IS NOT NULL AND held_after_micros IS NOT NULL)),
    ADD CONSTRAINT livemeter_entry_moves CHECK (source IS NOT NULL) NOT VALID,
    -- what takes back names what it takes back, and a capture its hold
    ADD CONSTRAINT livemeter_entry_names CHECK (
        (kind NOT IN ('REFUND', 'CREDIT_REFUND', 'CHARGEBACK', 'PAYOUT_RETURN') OR reverses IS NOT NULL)
        AND (kind <> 'CAPTURE' OR hold IS NOT NULL)) NOT VALID;

-- As in version 2; and the lines of an entry are in one currency. The entry is looked for anyway.
CREATE OR REPLACE FUNCTION livemeter_check_posting() RETURNS trigger LANGUAGE plpgsql
    SET search_path = "${flyway:defaultSchema}", pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (SELECT FROM added WHERE NOT EXISTS (
            SELECT FROM livemeter_entry e WHERE e.seq = added.entry AND (e.currency IS NULL OR e.currency = added.currency))) THEN
        RAISE EXCEPTION 'A posting is of an entry that is not there, or is in another currency (livemeter_posting_entry).'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'livemeter_posting_entry', TABLE = TG_TABLE_NAME;
    END IF;
    IF EXISTS (SELECT FROM added WHERE NOT EXISTS (
            SELECT FROM livemeter_account a WHERE a.id = added.source AND a.currency = added.currency)) THEN
        RAISE EXCEPTION 'A posting is from an account that is not there, or has another currency (livemeter_posting_source).'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'livemeter_posting_source', TABLE = TG_TABLE_NAME;
    END IF;
    -- most go to the same few accounts
    IF EXISTS (SELECT FROM (SELECT DISTINCT destination, currency FROM added) AS given WHERE NOT EXISTS (
            SELECT FROM livemeter_account a WHERE a.id = given.destination AND a.currency = given.currency)) THEN
        RAISE EXCEPTION 'A posting is to an account that is not there, or has another currency (livemeter_posting_destination).'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'livemeter_posting_destination', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

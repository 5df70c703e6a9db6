-- A wallet's account is the one that is named after its owner. So whoever knows that there is a wallet knows its account.
ALTER TABLE livemeter_wallet
    ADD CONSTRAINT livemeter_wallet_own_account CHECK (account = 'wallet/' || owner);

-- As in version 10. Nearly all entries are captures, and nearly all of a statement go to one account: of these the hold proves all, for its wallet is there
-- for good, and with it the account that the line comes from. Only where something else is among them each is compared by itself.
CREATE OR REPLACE FUNCTION livemeter_check_entry() RETURNS trigger LANGUAGE plpgsql
    SET search_path = "${flyway:defaultSchema}", pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    one RECORD;
BEGIN
    SELECT destination, currency INTO one FROM added LIMIT 1;
    IF EXISTS (SELECT FROM livemeter_account a WHERE a.id = one.destination AND a.currency = one.currency)
        AND NOT EXISTS (SELECT FROM added LEFT JOIN livemeter_hold h
            ON h.id = added.hold AND h.owner = added.owner AND h.currency = added.currency
            WHERE h.id IS NULL OR added.source IS DISTINCT FROM 'wallet/' || added.owner OR added.reverses IS NOT NULL
                OR added.destination IS DISTINCT FROM one.destination OR added.currency IS DISTINCT FROM one.currency) THEN
        RETURN NULL;
    END IF;
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

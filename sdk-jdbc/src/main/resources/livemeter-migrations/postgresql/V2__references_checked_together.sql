-- What entries, postings and holds refer to is compared once for each statement, not once for each row. A foreign key looks each row's parents up
-- by a query of its own and locks them, which was half of what a charge cost the server. Together they are as strong as the keys:
-- what was added is compared after each statement, whoever adds it; and no parent can vanish or become another one, for that is refused
-- altogether. So there is nothing to lock, either: a parent that was seen stays, and one that is not committed yet is not seen.
-- Whoever may take these triggers away could take the keys away, too.

ALTER TABLE livemeter_posting
    DROP CONSTRAINT livemeter_posting_entry,
    DROP CONSTRAINT livemeter_posting_source,
    DROP CONSTRAINT livemeter_posting_destination;
ALTER TABLE livemeter_entry
    DROP CONSTRAINT livemeter_entry_wallet,
    DROP CONSTRAINT livemeter_entry_hold,
    DROP CONSTRAINT livemeter_entry_reverses;
ALTER TABLE livemeter_hold
    DROP CONSTRAINT livemeter_hold_wallet;

-- Parents stay what they are ------------------------------------------------------------------------------------------

CREATE FUNCTION livemeter_refuse_parting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The books refer to rows of %: none is deleted, and what they are found by is never changed.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;

CREATE TRIGGER livemeter_account_stays BEFORE UPDATE OF id, currency OR DELETE OR TRUNCATE ON livemeter_account
    FOR EACH STATEMENT EXECUTE FUNCTION livemeter_refuse_parting();
CREATE TRIGGER livemeter_wallet_stays BEFORE UPDATE OF owner, account, currency OR DELETE OR TRUNCATE ON livemeter_wallet
    FOR EACH STATEMENT EXECUTE FUNCTION livemeter_refuse_parting();
CREATE TRIGGER livemeter_hold_stays BEFORE UPDATE OF id, owner, currency OR DELETE OR TRUNCATE ON livemeter_hold
    FOR EACH STATEMENT EXECUTE FUNCTION livemeter_refuse_parting();
-- beside livemeter_entry_final: who lifts that one to mend an entry still cannot take it from under its postings
CREATE TRIGGER livemeter_entry_stays BEFORE UPDATE OF seq, id OR DELETE OR TRUNCATE ON livemeter_entry
    FOR EACH STATEMENT EXECUTE FUNCTION livemeter_refuse_parting();

-- What is added refers to what is there -------------------------------------------------------------------------------

-- The plans of these functions are kept, and made for the first statement that comes by; without these settings that of a small table would be to
-- read all of it, for ever. Each lookup goes by its index. The search path is ours, and temporary tables come last in it: nobody can put another table
-- in the place of a parent.

CREATE FUNCTION livemeter_check_hold() RETURNS trigger LANGUAGE plpgsql
    SET search_path = "${flyway:defaultSchema}", pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (SELECT FROM added WHERE NOT EXISTS (
            SELECT FROM livemeter_wallet w WHERE w.owner = added.owner AND w.currency = added.currency)) THEN
        RAISE EXCEPTION 'A hold is on a wallet that is not there, or has another currency (livemeter_hold_wallet).'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'livemeter_hold_wallet', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION livemeter_check_entry() RETURNS trigger LANGUAGE plpgsql
    SET search_path = "${flyway:defaultSchema}", pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (SELECT FROM added WHERE owner IS NOT NULL AND NOT EXISTS (
            SELECT FROM livemeter_wallet w WHERE w.owner = added.owner AND w.currency = added.currency)) THEN
        RAISE EXCEPTION 'An entry is about a wallet that is not there, or has another currency (livemeter_entry_wallet).'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'livemeter_entry_wallet', TABLE = TG_TABLE_NAME;
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

CREATE FUNCTION livemeter_check_posting() RETURNS trigger LANGUAGE plpgsql
    SET search_path = "${flyway:defaultSchema}", pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (SELECT FROM added WHERE NOT EXISTS (
            SELECT FROM livemeter_entry e WHERE e.seq = added.entry)) THEN
        RAISE EXCEPTION 'A posting is of an entry that is not there (livemeter_posting_entry).'
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

CREATE TRIGGER livemeter_hold_refers AFTER INSERT ON livemeter_hold REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION livemeter_check_hold();
CREATE TRIGGER livemeter_entry_refers AFTER INSERT ON livemeter_entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION livemeter_check_entry();
CREATE TRIGGER livemeter_posting_refers AFTER INSERT ON livemeter_posting REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION livemeter_check_posting();
-- Changes are refused before, by livemeter_entry_final and livemeter_posting_final; these hold where somebody lifted them.
CREATE TRIGGER livemeter_entry_still_refers AFTER UPDATE ON livemeter_entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION livemeter_check_entry();
CREATE TRIGGER livemeter_posting_still_refers AFTER UPDATE ON livemeter_posting REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION livemeter_check_posting();

-- Entries come in the order of their dates, so that a few numbers for each stretch of pages find a day.
DROP INDEX livemeter_entry_booked;
CREATE INDEX livemeter_entry_booked ON livemeter_entry USING brin (booked_at) WITH (pages_per_range = 32, autosummarize = on);

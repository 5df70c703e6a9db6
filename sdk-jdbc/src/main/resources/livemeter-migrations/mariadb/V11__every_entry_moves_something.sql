-- Each entry carries its first line itself, not only a capture: then no entry is booked that moves nothing. What was booked before stays as it lies.
-- An entry without a wallet has a currency now, that of its line. This database compares all rows with a new constraint, now and whenever a copy is
-- loaded: so the constraint itself tells the date up to which entries may lie as before. In new tables that is the beginning of time.
SET @livemeter_before = (SELECT COALESCE(MAX(booked_at) + 1, 0) FROM livemeter_entry);
SET @livemeter_change = CONCAT('ALTER TABLE livemeter_entry
    DROP CONSTRAINT livemeter_entry_whole,
    ADD CONSTRAINT livemeter_entry_whole CHECK (
        (owner IS NULL AND posted_after_micros IS NULL AND held_after_micros IS NULL)
        OR (owner IS NOT NULL AND currency IS NOT NULL AND posted_after_micros IS NOT NULL AND held_after_micros IS NOT NULL)),
    ADD CONSTRAINT livemeter_entry_moves CHECK (source IS NOT NULL OR booked_at < ', @livemeter_before, '),
    ADD CONSTRAINT livemeter_entry_names CHECK (
        (kind NOT IN (''REFUND'', ''CREDIT_REFUND'', ''CHARGEBACK'', ''PAYOUT_RETURN'') OR reverses IS NOT NULL)
        AND (kind <> ''CAPTURE'' OR hold IS NOT NULL))');
PREPARE livemeter_statement FROM @livemeter_change;
EXECUTE livemeter_statement;
DEALLOCATE PREPARE livemeter_statement;

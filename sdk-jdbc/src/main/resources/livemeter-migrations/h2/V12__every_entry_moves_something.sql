-- Each entry carries its first line itself, not only a capture: then no entry is booked that moves nothing. What was booked before stays as it lies.
-- An entry without a wallet has a currency now, that of its line.
ALTER TABLE livemeter_entry DROP CONSTRAINT livemeter_entry_whole;
ALTER TABLE livemeter_entry ADD CONSTRAINT livemeter_entry_whole CHECK (
    (owner IS NULL AND posted_after_micros IS NULL AND held_after_micros IS NULL)
    OR (owner IS NOT NULL AND currency IS NOT NULL AND posted_after_micros IS NOT NULL AND held_after_micros IS NOT NULL));
ALTER TABLE livemeter_entry ADD CONSTRAINT livemeter_entry_moves CHECK (source IS NOT NULL) NOCHECK;

-- What takes back names what it takes back, and a capture its hold.
ALTER TABLE livemeter_entry ADD CONSTRAINT livemeter_entry_names CHECK (
    (kind NOT IN ('REFUND', 'CREDIT_REFUND', 'CHARGEBACK', 'PAYOUT_RETURN') OR reverses IS NOT NULL)
    AND (kind <> 'CAPTURE' OR hold IS NOT NULL)) NOCHECK;

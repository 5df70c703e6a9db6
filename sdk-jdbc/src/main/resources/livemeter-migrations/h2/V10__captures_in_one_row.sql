-- A capture carries its first line itself: from where, to where, how much, in the currency of its wallet. Lines that follow, and those of all other
-- entries, lie in livemeter_posting as before; so do those that were booked before, for entries are never changed.
ALTER TABLE livemeter_entry ADD COLUMN source VARCHAR(80);
ALTER TABLE livemeter_entry ADD COLUMN destination VARCHAR(80);
ALTER TABLE livemeter_entry ADD COLUMN amount_micros BIGINT;
ALTER TABLE livemeter_entry ADD CONSTRAINT livemeter_entry_line CHECK (
    (source IS NULL AND destination IS NULL AND amount_micros IS NULL)
    OR (source IS NOT NULL AND destination IS NOT NULL AND amount_micros IS NOT NULL AND currency IS NOT NULL));
ALTER TABLE livemeter_entry ADD CONSTRAINT livemeter_entry_amount CHECK (amount_micros > 0);
ALTER TABLE livemeter_entry ADD CONSTRAINT livemeter_entry_accounts CHECK (source <> destination);

CREATE INDEX livemeter_entry_from ON livemeter_entry (source, currency, seq);
CREATE INDEX livemeter_entry_to ON livemeter_entry (destination, currency, seq);
ALTER TABLE livemeter_entry ADD CONSTRAINT livemeter_entry_source
    FOREIGN KEY (source, currency) REFERENCES livemeter_account (id, currency);
ALTER TABLE livemeter_entry ADD CONSTRAINT livemeter_entry_destination
    FOREIGN KEY (destination, currency) REFERENCES livemeter_account (id, currency);

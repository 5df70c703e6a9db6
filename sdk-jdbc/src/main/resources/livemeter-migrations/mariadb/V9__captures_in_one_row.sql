-- A capture carries its first line itself: from where, to where, how much, in the currency of its wallet. That spares a row with five index entries for
-- each. Lines that follow, and those of all other entries, lie in livemeter_posting as before; so do those that were booked before, for entries are
-- never changed. The indexes of the two foreign keys are those by which the entries of an account are found: each ends with the key of the row.
ALTER TABLE livemeter_entry
    ADD COLUMN source VARCHAR(80),
    ADD COLUMN destination VARCHAR(80),
    ADD COLUMN amount_micros BIGINT,
    ADD CONSTRAINT livemeter_entry_line CHECK (
        (source IS NULL AND destination IS NULL AND amount_micros IS NULL)
        OR (source IS NOT NULL AND destination IS NOT NULL AND amount_micros IS NOT NULL AND currency IS NOT NULL)),
    ADD CONSTRAINT livemeter_entry_amount CHECK (amount_micros > 0),
    ADD CONSTRAINT livemeter_entry_accounts CHECK (source <> destination),
    ADD CONSTRAINT livemeter_entry_source FOREIGN KEY (source, currency) REFERENCES livemeter_account (id, currency),
    ADD CONSTRAINT livemeter_entry_destination FOREIGN KEY (destination, currency) REFERENCES livemeter_account (id, currency);

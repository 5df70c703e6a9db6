package dev.livemeter.spi;

import java.time.LocalDate;

/**
 * Counts what an application uses of the quotas that platforms give it for a day, over all nodes. What was used of a day can be forgotten some days later. Thread-safe; each call is atomic and
 * durable when it returns.
 */
public interface QuotaStore {

    /**
     * Records what was used already, and takes what is wanted besides where that stays within the limit: all of it or nothing. With 0 for both it only tells. Not to be repeated where it is not
     * known whether it was done: it would count twice.
     *
     * @param quota whose units they are, such as {@code youtube 4711}; 1 to 200 characters
     * @param day by the platform's own calendar
     * @param spent units to record, whatever the limit; 0 or more
     * @param wanted units to take; 0 or more
     * @param limit that all together must not exceed for {@code wanted} to be taken
     */
    Used use(String quota, LocalDate day, long spent, long wanted, long limit);

    /**
     * How much of a day is used.
     *
     * @param units by all nodes together, with what this call added
     * @param granted whether what was wanted was taken
     */
    record Used(long units, boolean granted) {}
}

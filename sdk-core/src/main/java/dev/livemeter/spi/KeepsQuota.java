package dev.livemeter.spi;

/**
 * What a {@link StreamProvider} implements besides, if its platform gives an application so many units a day: where the storage counts them, all nodes share one budget, and a restart begins with what
 * is left. A provider must work as well where nobody gives it a store, and as long as the store does not answer: it counts by itself then.
 */
public interface KeepsQuota {

    /** Counts there from now on. Called once, before anything is asked of the platform; returns at once, and throws nothing for what the store does. */
    void keepQuotaIn(QuotaStore store);
}

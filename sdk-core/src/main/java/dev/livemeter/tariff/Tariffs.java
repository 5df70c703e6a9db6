package dev.livemeter.tariff;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Tariff;
import dev.livemeter.spi.TariffStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.List;
import java.util.Optional;

/** Publishes tariffs and finds the one in force. Thread-safe, also beside other processes on the same store. */
public final class Tariffs {

    // Each lost race means that somebody else published; so many in a row is not a race any more.
    private static final int ATTEMPTS = 20;

    private final TariffStore store;

    private final Currency currency;

    /**
     * The tariffs of a store.
     *
     * @param currency of all of them; a host that sells in several has a {@code Tariffs} for each
     */
    public Tariffs(TariffStore store, Currency currency) {
        this.store = store;
        this.currency = currency;
    }

    /**
     * Puts a tariff in force from a moment on, as the next version of its key. A session that runs keeps the version that it began with.
     * Safe to repeat: what is already the newest version, from the same moment on, is answered with that version.
     *
     * @param validFrom counted in milliseconds; a finer fraction is dropped
     * @throws LivemeterException {@code tariff.currency_mismatch}; {@code tariff.not_later} if a version is in force from a later moment on: publish from that moment on, or
     *     later; {@code store.busy}, retryable, if others publish the same key without a pause
     */
    public TariffVersion publish(TariffKey key, Tariff tariff, Instant validFrom) {
        if (!tariff.currency().equals(currency)) {
            throw new LivemeterException(
                    "tariff.currency_mismatch",
                    "A tariff of " + key + " in " + tariff.currency() + " was to be published; expected one in "
                            + currency + ", in which everything here is sold.");
        }
        var from = validFrom.truncatedTo(ChronoUnit.MILLIS);
        for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
            var newest = newest(key);
            if (newest.isPresent()
                    && newest.get().tariff().equals(tariff)
                    && newest.get().validFrom().equals(from)) {
                return newest.get();
            }
            if (newest.isPresent() && from.isBefore(newest.get().validFrom())) {
                throw new LivemeterException(
                        "tariff.not_later",
                        "A tariff of " + key + " is to be in force from " + from + " on, but version "
                                + newest.get().version() + " is from "
                                + newest.get().validFrom() + " on; publish from that moment on, or later.");
            }
            var next = new TariffVersion(key, newest.map(TariffVersion::version).orElse(0) + 1, from, tariff);
            try {
                store.append(next);
                return next;
            } catch (LivemeterException e) {
                if (!e.code().equals("store.duplicate")) {
                    throw e;
                }
                // Somebody else took the number in the meantime: look again.
            }
        }
        throw new LivemeterException(
                "store.busy",
                "The tariff of " + key + " was published by others " + ATTEMPTS
                        + " times while it was tried; repeat it later.",
                true,
                null);
    }

    /**
     * The version that holds for a session that begins at that moment: of the key itself, else of the price for all. Empty where neither has
     * one yet.
     */
    public Optional<TariffVersion> inForce(TariffKey key, Instant at) {
        var own = inForceOf(key, at);
        return own.isPresent() || key.user() == null ? own : inForceOf(key.forAll(), at);
    }

    /** All versions of a key, the oldest first, those to come included. */
    public List<TariffVersion> history(TariffKey key) {
        return store.versions(key);
    }

    /** The keys that have a tariff, sorted by their notation. */
    public List<TariffKey> keys() {
        return store.keys();
    }

    private Optional<TariffVersion> inForceOf(TariffKey key, Instant at) {
        return store.versions(key).stream()
                .filter(version -> !version.validFrom().isAfter(at))
                .reduce((earlier, later) -> later);
    }

    private Optional<TariffVersion> newest(TariffKey key) {
        return store.versions(key).stream().reduce((earlier, later) -> later);
    }
}

package dev.livemeter.spi;

import dev.livemeter.tariff.TariffKey;
import dev.livemeter.tariff.TariffVersion;
import java.util.List;

/**
 * Keeps all tariffs that were ever published. Thread-safe; each call is atomic and durable when it returns. A version that is in is never
 * changed or taken out.
 */
public interface TariffStore {

    /**
     * Adds a version. Idempotent: one that is in already, equal in all its parts, changes nothing.
     *
     * @throws dev.livemeter.LivemeterException in this order: {@code store.duplicate} if there is another of that number;
     *     {@code store.out_of_order} if its number is not the next one, or it is in force from an earlier moment on than the one before it.
     *     Nothing changed
     */
    void append(TariffVersion version);

    /** All versions of a key, the oldest first; none for a key that is not known. */
    List<TariffVersion> versions(TariffKey key);

    /** The keys that have a version, sorted by their notation. */
    List<TariffKey> keys();
}

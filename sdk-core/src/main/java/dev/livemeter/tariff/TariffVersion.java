package dev.livemeter.tariff;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Tariff;
import java.time.Instant;

/**
 * A tariff as it was published. It never changes; a new price is a new version.
 *
 * @param version 1 for the first of its key, then counted without gaps
 * @param validFrom from when on it is in force, until that of the next version; of two of one moment, the later version
 */
public record TariffVersion(TariffKey key, int version, Instant validFrom, Tariff tariff) {

    public TariffVersion {
        if (version < 1) {
            throw new LivemeterException(
                    "tariff.malformed_version",
                    "The version of a tariff of " + key + " is " + version + "; versions count from 1.");
        }
    }
}

package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.TariffStore;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.tariff.TariffVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tariffs in memory, for tests. Thread-safe. */
public final class InMemoryTariffStore implements TariffStore {

    private final Map<TariffKey, List<TariffVersion>> versions = new HashMap<>();

    private InMemoryTariffStore() {}

    /** An empty store. */
    public static InMemoryTariffStore create() {
        return new InMemoryTariffStore();
    }

    @Override
    public synchronized void append(TariffVersion version) {
        var known = versions.getOrDefault(version.key(), List.of());
        if (version.version() <= known.size()) {
            if (known.get(version.version() - 1).equals(version)) {
                return;
            }
            throw new LivemeterException(
                    "store.duplicate",
                    "There is a version " + version.version() + " of the tariff of " + version.key()
                            + " already; publish the next one.");
        }
        if (version.version() != known.size() + 1) {
            throw new LivemeterException(
                    "store.out_of_order",
                    "Version " + version.version() + " of the tariff of " + version.key() + " follows version "
                            + known.size() + "; expected " + (known.size() + 1) + ".");
        }
        if (!known.isEmpty()
                && version.validFrom().isBefore(known.get(known.size() - 1).validFrom())) {
            throw new LivemeterException(
                    "store.out_of_order",
                    "Version " + version.version() + " of the tariff of " + version.key() + " is in force from "
                            + version.validFrom() + " on, before the version that it follows; expected "
                            + known.get(known.size() - 1).validFrom() + " or later.");
        }
        versions.computeIfAbsent(version.key(), key -> new ArrayList<>()).add(version);
    }

    @Override
    public synchronized List<TariffVersion> versions(TariffKey key) {
        return List.copyOf(versions.getOrDefault(key, List.of()));
    }

    @Override
    public synchronized List<TariffKey> keys() {
        return versions.keySet().stream()
                .sorted(Comparator.comparing(TariffKey::notation))
                .toList();
    }
}

package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Tariff;
import dev.livemeter.spi.TariffStore;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.tariff.TariffVersion;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Published tariffs on SQL. Moments are kept to the microsecond. */
final class JdbcTariffStore implements TariffStore {

    private final Database database;

    JdbcTariffStore(Database database) {
        this.database = database;
    }

    @Override
    public void append(TariffVersion version) {
        // Run again where another one won the race for the number: it is told what it finds then.
        database.writeOrFind(handle -> {
            var known = versions(handle, version.key());
            if (version.version() <= known.size()) {
                requireSame(known.get(version.version() - 1), version);
                return version;
            }
            requireNext(known, version);
            handle.createUpdate("""
                            INSERT INTO livemeter_tariff (tariff_key, version, valid_from, notation)
                            VALUES (:key, :version, :valid_from, :notation)""")
                    .bind("key", version.key().notation())
                    .bind("version", version.version())
                    .bind("valid_from", micros(version.validFrom()))
                    .bind("notation", version.tariff().notation())
                    .execute();
            return version;
        });
    }

    private static void requireSame(TariffVersion stored, TariffVersion given) {
        if (micros(stored.validFrom()) != micros(given.validFrom())
                || !stored.tariff().equals(given.tariff())) {
            throw new LivemeterException(
                    "store.duplicate",
                    "There is a version " + given.version() + " of the tariff of " + given.key()
                            + " already; publish the next one.");
        }
    }

    private static void requireNext(List<TariffVersion> known, TariffVersion given) {
        if (given.version() != known.size() + 1) {
            throw new LivemeterException(
                    "store.out_of_order",
                    "Version " + given.version() + " of the tariff of " + given.key() + " follows version "
                            + known.size() + "; expected " + (known.size() + 1) + ".");
        }
        if (!known.isEmpty()) {
            var last = known.get(known.size() - 1).validFrom();
            if (given.validFrom().isBefore(last)) {
                throw new LivemeterException(
                        "store.out_of_order",
                        "Version " + given.version() + " of the tariff of " + given.key() + " is in force from "
                                + given.validFrom() + " on, before the version that it follows; expected " + last
                                + " or later.");
            }
        }
    }

    @Override
    public List<TariffVersion> versions(TariffKey key) {
        return database.read(handle -> versions(handle, key));
    }

    private static List<TariffVersion> versions(Handle handle, TariffKey key) {
        return handle.createQuery("""
                        SELECT version, valid_from, notation FROM livemeter_tariff WHERE tariff_key = :key ORDER BY version""")
                .bind("key", key.notation())
                .map((row, context) -> new TariffVersion(
                        key,
                        row.getInt("version"),
                        moment(row.getLong("valid_from")),
                        Tariff.parse(row.getString("notation"))))
                .list();
    }

    @Override
    public List<TariffKey> keys() {
        return database.read(
                handle -> handle.createQuery("SELECT DISTINCT tariff_key FROM livemeter_tariff ORDER BY tariff_key")
                        .map((row, context) -> TariffKey.parse(row.getString("tariff_key")))
                        .list());
    }
}

package dev.livemeter.jdbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.jdbc.JdbcStorage;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.jdbc.server.SharedServer;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.testing.simulation.Simulation;
import dev.livemeter.testing.simulation.SimulationReport;
import dev.livemeter.testing.simulation.WorldStores;
import java.util.ArrayList;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/**
 * Simulated events on each database, which runs without syncs: what is proved is what the statements do. Now and then a commit
 * fails as that of a deadlock's victim does, and is done again by the stores themselves.
 */
final class JdbcSimulationTest {

    private static final long SEED = Long.getLong("livemeter.simulation.seed", 50_000);

    /** As many worlds are played at the same time, each in a database of its own: a server answers one while the program thinks about another. */
    private static final int SIDE_BY_SIDE = 5;

    private static final int EVENTS = Integer.getInteger("livemeter.simulation.events", 100_000);

    @Nested
    class OnH2 extends Simulated {

        @Override
        WorldDatabase database(int number) {
            return WorldDatabase.h2("worlds-" + number);
        }
    }

    @Nested
    class OnPostgres extends Simulated {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.postgres();

        @Override
        WorldDatabase database(int number) {
            return WorldDatabase.of(SERVER.server().newDatabase());
        }
    }

    @Nested
    class OnMariaDb extends Simulated {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.mariaDb();

        @Override
        WorldDatabase database(int number) {
            return WorldDatabase.of(SERVER.server().newDatabase());
        }
    }

    abstract static class Simulated {

        private final Logger log = (Logger) LoggerFactory.getLogger("dev.livemeter.session");

        @BeforeEach
        void leaveOutWhatFaultsAreLoggedWith() {
            log.setLevel(Level.OFF);
        }

        @AfterEach
        void logAgain() {
            log.setLevel(null);
        }

        /** Several threads ask for theirs, one after the other. */
        abstract WorldDatabase database(int number);

        @Tag("once")
        @Timeout(900)
        @Test
        void findsNothing() throws Exception {
            var each = EVENTS / SIDE_BY_SIDE;
            var threads = Executors.newFixedThreadPool(SIDE_BY_SIDE);
            try {
                var runs = new ArrayList<Future<SimulationReport>>();
                for (var number = 0; number < SIDE_BY_SIDE; number++) {
                    // The seeds of one run follow each other, one for each world.
                    var seed = SEED + number * 1_000L;
                    var database = database(number);
                    runs.add(threads.submit(() -> play(database, seed, each)));
                }
                var events = 0L;
                var takeovers = 0L;
                var faults = new TreeMap<String, Long>();
                for (var run : runs) {
                    events += run.get().events();
                    takeovers += run.get().takeovers();
                    run.get().faults().forEach((kind, count) -> faults.merge(kind, count, Long::sum));
                }
                assertThat(events).isGreaterThanOrEqualTo(EVENTS);
                assertThat(takeovers).isGreaterThan(20);
                // What these stores undo by themselves is the collisions.
                assertThat(faults.remove("undone")).isZero();
                assertThat(faults).hasSize(15).doesNotContainValue(0L);
            } finally {
                threads.shutdownNow();
            }
        }

        private SimulationReport play(WorldDatabase opened, long seed, int events) {
            try (var database = opened) {
                var report = simulation(database).seed(seed).events(events).run();

                System.out.println(
                        getClass().getSimpleName() + ": " + report.sentence() + " " + database.calls() + " calls.");
                assertThat(report.settlements()).isGreaterThan(events / 5);
                assertThat(database.collisions()).isGreaterThan(events / 200);
                return report;
            }
        }

        private static Simulation simulation(WorldDatabase database) {
            return Simulation.on(time -> new OnSql(database, time)).readingBackEvery(20);
        }
    }

    /** The stores of one world, in tables that were emptied before it. */
    private static final class OnSql implements WorldStores {

        private final JdbcStorage storage;
        private final JdbcWallet wallet;

        OnSql(WorldDatabase database, ManualTime time) {
            database.empty();
            storage = database.storage();
            wallet = JdbcWallet.on(storage, time);
        }

        @Override
        public Wallet wallet() {
            return wallet;
        }

        @Override
        public SessionStore sessions() {
            return storage.sessions();
        }

        @Override
        public Settler settler() {
            return wallet;
        }

        @Override
        public LedgerStore ledger() {
            return storage.ledgerStore();
        }
    }
}

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
import dev.livemeter.testing.simulation.WorldStores;
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

    /** An event is some ten statements, each a round trip: this many take half a minute. */
    private static final int ON_A_SERVER = 20_000;

    @Nested
    class OnH2 extends Simulated {

        OnH2() {
            super(100_000);
        }

        @Override
        WorldDatabase database() {
            return WorldDatabase.h2("worlds");
        }
    }

    @Nested
    class OnPostgres extends Simulated {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.postgres();

        OnPostgres() {
            super(ON_A_SERVER);
        }

        @Override
        WorldDatabase database() {
            return WorldDatabase.of(SERVER.server().newDatabase());
        }
    }

    @Nested
    class OnMariaDb extends Simulated {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.mariaDb();

        OnMariaDb() {
            super(ON_A_SERVER);
        }

        @Override
        WorldDatabase database() {
            return WorldDatabase.of(SERVER.server().newDatabase());
        }
    }

    abstract static class Simulated {

        private final int events;
        private final Logger log = (Logger) LoggerFactory.getLogger("dev.livemeter.session");

        @BeforeEach
        void leaveOutWhatFaultsAreLoggedWith() {
            log.setLevel(Level.OFF);
        }

        @AfterEach
        void logAgain() {
            log.setLevel(null);
        }

        Simulated(int events) {
            this.events = Integer.getInteger("livemeter.simulation.events", events);
        }

        abstract WorldDatabase database();

        @Tag("once")
        @Timeout(900)
        @Test
        void findsNothing() {
            try (var database = database()) {
                var report = simulation(database).seed(SEED).events(events).run();

                System.out.println(
                        getClass().getSimpleName() + ": " + report.sentence() + " " + database.calls() + " calls.");
                assertThat(report.events()).isEqualTo(events);
                assertThat(report.settlements()).isGreaterThan(events / 5);
                assertThat(report.faults()).containsKeys("crash", "pause", "freeze", "away", "answer lost");
                assertThat(database.collisions()).isGreaterThan(events / 200);
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

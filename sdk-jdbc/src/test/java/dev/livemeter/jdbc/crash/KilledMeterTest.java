package dev.livemeter.jdbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.JdbcStorage;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.jdbc.server.DatabaseServer;
import dev.livemeter.jdbc.server.MariaDbServer;
import dev.livemeter.jdbc.server.PostgresServer;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.TransferId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fifty processes are killed in the middle of a settlement that charges sessions, by {@code kill -9} at seeded moments: at one of its statements or at its commit,
 * before or after it, or at any moment between. Another node then closes what they left, and every session is charged for what was proven of it, once.
 */
@Tag("once")
@Timeout(300)
final class KilledMeterTest {

    private static final long SEED = Long.getLong("livemeter.crash.seed", 20261121);

    @Nested
    class OnPostgres extends OnServer {
        OnPostgres() {
            super(new PostgresServer(), 15, 6);
        }
    }

    @Nested
    class OnMariaDb extends OnServer {
        OnMariaDb() {
            super(new MariaDbServer(), 15, 6);
        }
    }

    @Nested
    class OnH2 extends Killing {

        @TempDir
        private static Path file;

        OnH2() {
            super(5, 3);
        }

        @Override
        Place place() {
            return Place.h2(file);
        }
    }

    abstract static class OnServer extends Killing {

        private final DatabaseServer server;
        private Place place;

        OnServer(DatabaseServer server, int calls, int moments) {
            super(calls, moments);
            this.server = server;
        }

        @BeforeAll
        void start() {
            server.start();
            place = Place.of(server.newDatabase());
        }

        @AfterAll
        void stop() {
            close();
            server.close();
        }

        @Override
        Place place() {
            return place;
        }
    }

    @TestInstance(Lifecycle.PER_CLASS) // one database for all of them
    abstract static class Killing {

        private static final List<Fuse.Kind> FUSES = List.of(
                Fuse.Kind.BEFORE_STATEMENT, Fuse.Kind.AFTER_STATEMENT, Fuse.Kind.BEFORE_COMMIT, Fuse.Kind.AFTER_COMMIT);
        private static final int PAYERS = 6;
        private static final int SESSIONS = 40;
        private static final Duration AHEAD = Duration.ofHours(1);
        private static final int MANY_SESSIONS = 120;
        private static final int TICKS = 7;
        private static final int MOST_MICROS = 4_000;
        private static final int MOST_TRIES = 10;
        private static final Money PAID_IN = Money.of("USD", "400.00");

        @TempDir
        private static Path folder;

        private final Random random = new Random(SEED);
        private final int calls;
        private final int moments;
        private @Nullable Books books;
        private @Nullable ChildJvm jvm;

        /**
         * @param calls how many processes die at a call of a settlement
         * @param moments how many die at any moment of one
         */
        Killing(int calls, int moments) {
            this.calls = calls;
            this.moments = moments;
        }

        abstract Place place();

        @Test
        void chargesExactlyWhatWasProvenWhereverAProcessDies() {
            // The first one lives: it shows that the story is told right, and how many calls there are to die at.
            var whole = play(new Death("whole", 1, SESSIONS, Fuse.Kind.NEVER, 0, 0));
            assertThat(whole.isDone()).isTrue();
            assertThat(whole.sessions()).hasSize(SESSIONS);

            var deaths = new ArrayList<Death>();
            for (var number = 0; number < calls; number++) {
                var kind = FUSES.get(number % FUSES.size());
                var most = kind.name().endsWith("COMMIT") ? whole.commits() : whole.calls();
                var at = 1 + (long) (random.nextDouble() * most * 0.9);
                deaths.add(new Death("call-" + number, 1, SESSIONS, kind, 0, at));
            }
            for (var number = 0; number < moments; number++) {
                var settlement = 1 + random.nextInt(whole.settlements() * 9 / 10);
                deaths.add(new Death(
                        "moment-" + number,
                        1,
                        MANY_SESSIONS,
                        Fuse.Kind.NEVER,
                        settlement,
                        random.nextInt(MOST_MICROS)));
            }
            play(deaths);
        }

        /**
         * How a process dies in the middle of a settlement: at a call that goes to its database, or at any moment, with more sessions.
         *
         * @param name of its payers, whom nobody else has
         * @param tries how often it was tried, with this
         * @param settlement which one; 0 where it dies at a call or not at all
         * @param at which call of all settlements, or how many microseconds after that one began
         */
        private record Death(String name, int tries, int sessions, Fuse.Kind fuse, int settlement, long at) {

            /** Hears a process up to its moment, and kills it. */
            void come(Child child) {
                if (fuse != Fuse.Kind.NEVER) {
                    child.hear(Story.ready()::equals);
                    child.kill();
                } else if (settlement > 0) {
                    child.hear(line -> child.story().settlements() == settlement);
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(at));
                    child.kill();
                }
            }

            boolean isMeant() {
                return fuse != Fuse.Kind.NEVER || settlement > 0;
            }

            Death sooner() {
                return new Death(
                        name + "-sooner", tries + 1, sessions, fuse, (settlement + 1) / 2, Math.max(1, at / 2));
            }
        }

        /** One after the other; while one is at it, the next gets ready. */
        private void play(List<Death> deaths) {
            var next = start(deaths.get(0));
            try {
                for (var number = 0; number < deaths.size(); number++) {
                    var child = next;
                    next = number + 1 < deaths.size() ? start(deaths.get(number + 1)) : null;
                    play(deaths.get(number), child);
                }
            } finally {
                if (next != null) {
                    next.close();
                }
            }
        }

        private Story play(Death death) {
            return play(death, start(death));
        }

        private Child start(Death death) {
            return Child.start(jvm(), orders(death), folder);
        }

        private ChildJvm jvm() {
            var made = jvm;
            if (made == null) {
                made = ChildJvm.archivingIn(folder);
                jvm = made;
            }
            return made;
        }

        private MeteringProcess.Orders orders(Death death) {
            return new MeteringProcess.Orders(
                    place(),
                    SEED + death.name().hashCode(),
                    death.name(),
                    PAYERS,
                    death.sessions(),
                    TICKS,
                    Duration.ZERO,
                    death.fuse(),
                    death.fuse() == Fuse.Kind.NEVER ? 0 : death.at());
        }

        private Story play(Death death, Child child) {
            var what = "seed " + SEED + ", " + death.name() + " " + death.fuse() + " " + death.at();
            var payers = orders(death).wallets();
            Story story;
            try (child) {
                payers.forEach(
                        payer -> books().credit(new CreditRequest(new TransferId("order/" + payer), payer, PAID_IN, ""))
                                .orElseThrow());
                if (place().isExclusive()) {
                    close();
                }
                child.begin();
                death.come(child);
                story = child.hear();
                assertThat(child.exitCode())
                        .as("%s: %s", what, child.said())
                        .isEqualTo(story.isDone() ? 0 : Child.KILLED);
            }
            place().awaitQuiet();
            requireRight(what, books(), story, payers);
            if (death.isMeant() && !story.isSettling()) {
                // It was faster, or took fewer calls, than the one that lived: its end, or that of the settlement, came
                // first.
                assertThat(death.fuse() == Fuse.Kind.NEVER || story.isDone())
                        .as("%s: a fuse burns within a settlement alone", what)
                        .isTrue();
                assertThat(death.tries()).as(what).isLessThan(MOST_TRIES);
                return play(death.sooner());
            }
            return story;
        }

        /** An hour ahead, so that the lease of whoever died is over. */
        private JdbcWallet books() {
            var open = books;
            if (open == null) {
                var pool = place().pool(2);
                open = new Books(pool, JdbcWallet.on(JdbcStorage.on(pool), new TickTime(Runnable::run, AHEAD)));
                books = open;
            }
            return open.wallet();
        }

        @AfterAll
        void close() {
            if (books != null) {
                books.wallet().close();
                books.pool().close();
                books = null;
            }
        }

        private record Books(HikariDataSource pool, JdbcWallet wallet) {}

        private static void requireRight(String what, JdbcWallet wallet, Story story, List<UserId> payers) {
            var left = wallet.sessions().open().stream().collect(Collectors.toMap(Session::id, session -> session));
            if (story.isDone()) {
                assertThat(left).isEmpty();
            }
            var time = new TickTime(Runnable::run, AHEAD);
            new Node(wallet, time, time, rules -> rules, id -> {}).meter.start(false);
            var audit = new Audit(wallet, payers);
            audit.requireClosed();
            audit.requireBalances(PAID_IN);
            var stored = audit.sessions();
            assertThat(story.sessions().keySet()).as(what).containsAll(stored.keySet());
            story.sessions().forEach((id, told) -> {
                var session = stored.get(id);
                if (session == null) {
                    // It was never stored, or its wallet declined: nobody paid for it.
                    assertThat(told.from).as("%s: session %s", what, id).isNegative();
                    assertThat(audit.captures(id)).isEmpty();
                } else {
                    audit.requireCharged(session, told.payee);
                    requireRight(what, session, story, told, left);
                }
            });
        }

        private static void requireRight(
                String what, Session session, Story story, Story.Told told, Map<SessionId, Session> left) {
            var used = session.metering().used();
            assertThat(used)
                    .as("%s: session %s is not charged for more than was delivered", what, session.id())
                    .isLessThanOrEqualTo(Duration.ofSeconds(story.mostDelivered(told)));
            var proven = left.get(session.id());
            if (proven != null) {
                assertThat(used)
                        .as("%s: session %s is charged to its last stored proof", what, session.id())
                        .isEqualTo(proven.metering().used());
            }
            if (told.cutAt == Long.MAX_VALUE) {
                assertThat(used)
                        .as("%s: session %s loses no more than what was not proven yet", what, session.id())
                        .isGreaterThanOrEqualTo(Duration.ofSeconds(story.deliveredAtLastRound(told))
                                .minus(Node.PROVE_EVERY));
            }
        }
    }
}

package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.fleet.RelayHostStatus;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.jdbc.server.Durability;
import dev.livemeter.jdbc.server.PostgresServer;
import dev.livemeter.money.Money;
import dev.livemeter.relay.nginx.deploy.TestRelayHost;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes of an application on one PostgreSQL, with one fleet of a real nginx on a relay host; one of them is a process of its own. */
@Timeout(value = 240, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("once")
class FleetOfTwoNodesTest {

    private static final Path INSTALL = Path.of("..", "..", "deploy", "relay-host", "install.sh");
    private static final Money PAID_IN = Money.of("USD", "50.00");
    private static final int MOST_USERS = 8;

    private final List<TestPicture> encoders = new ArrayList<>();
    private JdbcWallet books;
    private Livemeter here;
    private OwnProcess other;

    private void endWhatIsLeft() {
        encoders.forEach(TestPicture::close);
        if (other != null) {
            other.close();
        }
        if (here != null) {
            here.close();
        }
        if (books != null) {
            books.close();
        }
    }

    @Test
    void aStreamIsOpenedAndChargedByTheNodeThatHearsOfItAndEndedByTheOneThatIsLeft(
            @TempDir Path onHost, @TempDir Path data) throws Exception {
        try (var server = new PostgresServer(Durability.FAST);
                var host = TestRelayHost.start(onHost, 2, INSTALL);
                var platform = PlatformStandIn.start("a platform", data)) {
            server.start();
            try {
                play(server, host, platform, data.resolve("secret.key"));
            } finally {
                endWhatIsLeft();
            }
        }
    }

    private void play(PostgresServer server, TestRelayHost host, PlatformStandIn platform, Path secrets)
            throws Exception {
        var database = server.newDatabase();
        Files.writeString(secrets, Base64.getEncoder().encodeToString(new byte[32]));
        var place = FleetNode.Place.on(
                database.url() + "?user=" + database.user() + "&password=" + database.password(), secrets, host);
        other = OwnProcess.start(FleetNode.class, place.words());
        books = JdbcWallet.open(place.database());
        here = FleetNode.open(place, books);
        assertThat(other.read("ready")).isEqualTo("ready " + here.ingest().url());

        while (open().size() < 2 || ours().isEmpty() || theirs().isEmpty()) {
            var many = encoders.size() + 1;
            assertThat(many).as("some of them come to each node").isLessThanOrEqualTo(MOST_USERS);
            encoders.add(publish("user" + many, platform));
            until("it is charged for", () -> charged(Duration.ZERO).size() == many);
        }
        // The gate keeps the answers to heartbeats; before the first one there is none.
        until(
                "all gave heartbeats",
                () -> charged(FleetNode.HEARTBEAT.multipliedBy(2)).size() == encoders.size());
        var all = ids(open());
        var left = ids(theirs());
        until("the fleet counts the streams of both nodes", () -> host().streams() == all.size());

        other.kill();
        assertThat(ours()).as("a lease lasts").doesNotContainAnyElementsOf(left);
        until("this node has all", () -> ours().equals(all));
        until("and all of them are live", () -> liveDestinations() == all.size());
        assertThat(encoders).allMatch(TestPicture::isPublishing);
        assertThat(ids(open())).as("nothing was opened anew").isEqualTo(all);

        encoders.forEach(TestPicture::close);
        until("all are over", () -> open().isEmpty());
        all.forEach(this::assertChargedForWhatWasDelivered);
        assertThat(books.ledger().verify().findings()).isEmpty();
        until("nothing is on the host", () -> host().streams() == 0);
    }

    private TestPicture publish(String user, PlatformStandIn platform) throws Exception {
        here.wallets().credit(user, PAID_IN, "order-" + user);
        here.destinations().add(user, Destination.custom("sink", platform.server(), user + "-platform-key"));
        return TestPicture.publish(
                here.ingest(user).url().toString(),
                here.streamKeys().create(user).reveal());
    }

    /** What is stored as not over, whoever has it. */
    private List<Session> open() {
        return books.sessions().open();
    }

    private List<Session> charged(Duration longerThan) {
        return open().stream()
                .filter(session -> session.metering().used().compareTo(longerThan) > 0)
                .toList();
    }

    private Set<SessionId> ours() {
        var ids = new HashSet<SessionId>();
        here.sessions().running().forEach(status -> ids.add(status.session().id()));
        return ids;
    }

    private List<Session> theirs() {
        var ours = ours();
        return open().stream().filter(session -> !ours.contains(session.id())).toList();
    }

    private static Set<SessionId> ids(List<Session> sessions) {
        var ids = new HashSet<SessionId>();
        sessions.forEach(session -> ids.add(session.id()));
        return ids;
    }

    private long liveDestinations() {
        return here.sessions().running().stream()
                .flatMap(session -> session.destinations().stream())
                .filter(destination -> destination.state() == State.LIVE)
                .count();
    }

    private RelayHostStatus host() {
        return here.relays().hosts().get(0);
    }

    private void assertChargedForWhatWasDelivered(SessionId id) {
        var over = books.sessions().find(id).orElseThrow();
        assertThat(over.end()).isEqualTo(new SessionEnd.HungUp());
        var wall = Duration.between(over.liveAt(), over.endedAt());
        assertThat(over.metering().used()).isBetween(wall.minusMillis(1_100), wall.plusMillis(1_100));
        assertThat(over.metering().charged()).isEqualTo(over.metering().cost());
        var balance = books.balance(new UserId(over.payer().value())).orElseThrow();
        assertThat(balance.posted()).isEqualTo(PAID_IN.minus(over.metering().charged()));
        assertThat(balance.held()).isEqualTo(Money.of("USD", "0"));
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within 60 s: %s", what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}

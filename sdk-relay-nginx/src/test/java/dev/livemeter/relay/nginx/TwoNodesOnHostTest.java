package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.PublishRefused;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.relay.nginx.deploy.CuttingProxy;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.relay.nginx.deploy.TestRelayHost;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionState;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Storage;
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes that work with one relay host at the same time, with a real sshd, a real nginx and real encoders. */
@Tag("once")
class TwoNodesOnHostTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final int MOST_USERS = 8;

    private final InMemoryBooks books = InMemoryBooks.shared(TimeSource.system());
    private final int ingestPort = TestPorts.free();
    private final int innerPorts = TestPorts.free(NginxHostConfig.INNER_PORTS);
    private final List<Node> nodes = new ArrayList<>();
    private final List<FfmpegPublisher> publishers = new ArrayList<>();
    private final List<LiveEvent> events = new CopyOnWriteArrayList<>();
    private TestRelayHost host;
    private RtmpSink sink;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        sink = new RtmpSink();
        host = TestRelayHost.start(folder, 2);
    }

    @AfterEach
    void close() throws Exception {
        for (var publisher : publishers) {
            publisher.close();
        }
        for (var node : nodes) {
            node.live.close();
            node.wire.close();
        }
        host.close();
        sink.close();
    }

    /** One process of the application. It dies when nobody hears it any more, neither the books nor the host. */
    private final class Node {

        private final CuttingProxy wire;
        private final NginxRelay relay;
        private final Livemeter live;
        private volatile boolean dead;

        Node() throws Exception {
            wire = new CuttingProxy(host.sshPort(), Long.MAX_VALUE);
            relay = NginxRelay.on(
                    NginxHostConfig.of(host.wayThrough(wire.port()).build())
                            .nodes(2)
                            .controlPort(host.controlPort())
                            .callbackPort(host.callbackPort())
                            .innerPorts(innerPorts)
                            .build(),
                    NginxRelayConfig.builder()
                            .ingestPort(ingestPort)
                            .mostDestinations(2)
                            .heartbeat(HEARTBEAT)
                            .allowPrivateDestinations(true)
                            .build());
            var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
            live = Livemeter.builder()
                    .wallet((Wallet) whileAlive(books, Wallet.class, Storage.class, Settler.class))
                    .relay(relay)
                    .provider(new OutlivedApplicationTest.Sinks())
                    .tariff(tariff)
                    .policy(SessionPolicy.builder(tariff.currency())
                            .minimumToStart(Money.of("USD", "0.60"))
                            .lowBalanceBelow(Money.of("USD", "0.50"))
                            .quota(Duration.ofSeconds(40))
                            .renewBefore(Duration.ofSeconds(30))
                            .build())
                    .listener(events::add)
                    .build();
            nodes.add(this);
        }

        private Object whileAlive(Object behind, Class<?>... as) {
            return Proxy.newProxyInstance(getClass().getClassLoader(), as, (proxy, method, arguments) -> {
                if (dead) {
                    throw new LivemeterException("test.dead", "This node is dead.", true, null);
                }
                try {
                    var answer = method.invoke(behind, arguments);
                    return answer instanceof SessionStore ? whileAlive(answer, SessionStore.class) : answer;
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });
        }

        void die() {
            dead = true;
            wire.refuse();
        }

        Set<SessionId> sessions() {
            var ids = new HashSet<SessionId>();
            live.sessions().running().forEach(status -> ids.add(status.session().id()));
            return ids;
        }

        long destinations() {
            return live.sessions().running().stream()
                    .flatMap(session -> session.destinations().stream())
                    .filter(destination -> destination.state() == State.LIVE)
                    .count();
        }
    }

    /** A user with money and a destination, who publishes; to whichever node nginx asks. */
    private String goLive(Node by, String user) throws Exception {
        by.live.wallets().credit(user, Money.of("USD", "50.00"), "order-" + user);
        by.live.destinations().add(user, Destination.custom("d", sink.server("youtube"), user + "-key"));
        var key = by.live.streamKeys().create(user).reveal();
        publishers.add(publish(by, key));
        return key;
    }

    private static FfmpegPublisher publish(Node by, String key) {
        return new FfmpegPublisher(by.live.ingest().url().toString(), key).start();
    }

    private void assertChargedExactly(SessionId id) {
        var over = books.sessions().find(id).orElseThrow();
        assertThat(over.state()).isEqualTo(SessionState.ENDED);
        var wall = Duration.between(over.liveAt(), over.endedAt());
        assertThat(over.metering().used()).isBetween(wall.minusMillis(1_100), wall.plusMillis(1_100));
        assertThat(over.metering().charged()).isEqualTo(over.metering().cost());
    }

    @Test
    void eitherNodeAdmitsTheLimitHoldsOverBothAndWhoDiesOrLeavesLosesNothing() throws Exception {
        var one = new Node();
        var two = new Node();
        var deployed = host.deployment().history().size();
        var keys = new ArrayList<String>();
        while (keys.size() < 2 || one.sessions().isEmpty() || two.sessions().isEmpty()) {
            assertThat(keys.size()).as("some of them come to each node").isLessThan(MOST_USERS);
            keys.add(goLive(keys.size() % 2 == 0 ? one : two, "user" + keys.size()));
            Await.until("it is live", () -> one.destinations() + two.destinations() == keys.size());
        }
        var all = new HashSet<>(one.sessions());
        all.addAll(two.sessions());
        assertThat(all).hasSize(keys.size());

        var moved = one.sessions().iterator().next();
        var payer = books.sessions().find(moved).orElseThrow().payer().value();
        var late = two.live.destinations().add(payer, Destination.custom("late", sink.server("youtube"), "late-key"));
        Await.until(
                "the node that has it goes there, too",
                () -> one.destinations() == one.sessions().size() + 1);
        two.live.streams().stop(moved, late.id());
        Await.until(
                "and not any more, by order of the other one",
                () -> one.destinations() == one.sessions().size());
        var opened = keys.size() + 1;

        for (var user = 0; user < keys.size(); user++) {
            var another = one.live.streamKeys().create("user" + user).reveal();
            try (var again = publish(one, another)) {
                Await.until("one more than the limit is turned away", () -> !again.isRunning());
            }
        }
        assertThat(events)
                .filteredOn(
                        event -> event instanceof PublishRefused refused && refused.reason() == Refusal.ALREADY_LIVE)
                .hasSize(keys.size());

        // The gate keeps the answers to heartbeats; before the first one there is none.
        Thread.sleep(HEARTBEAT.plusSeconds(1).toMillis());
        one.die();
        assertThatThrownBy(() -> two.live.sessions().stop(moved, "support", "enough"))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("The session " + moved + " runs on the node "
                        + books.sessions().find(moved).orElseThrow().node()
                        + ", which did not answer; ask again in a moment.");
        Await.until(
                "the other node has all",
                Duration.ofSeconds(40),
                () -> two.sessions().equals(all));
        Await.until("all are live again", () -> two.destinations() == keys.size());

        var three = new Node();
        assertThat(three.live.sessions().stop(moved, "support", "enough")).isTrue();
        Await.until(
                "it ends where it runs", () -> all.size() - 1 == two.sessions().size());
        assertThat(books.sessions().find(moved).orElseThrow().end())
                .isEqualTo(new SessionEnd.Stopped("support", "enough"));
        two.live.close();
        var left = new HashSet<>(all);
        left.remove(moved);
        Await.until(
                "the next node has all",
                Duration.ofSeconds(40),
                () -> three.sessions().equals(left));
        Await.until("all are live again", () -> three.destinations() == left.size());

        assertThat(publishers).filteredOn(FfmpegPublisher::isRunning).hasSize(left.size());
        for (var publisher : publishers) {
            publisher.stop();
        }
        Await.until("all are over", () -> books.sessions().open().isEmpty());
        all.forEach(this::assertChargedExactly);
        assertThat(sink.keys()).as("nothing was opened anew").hasSize(opened);
        assertThat(books.ledger().verify().findings()).isEmpty();
        assertThat(host.deployment().history()).as("nothing was deployed anew").hasSize(deployed);
    }

    @Test
    void theSameKeyAgainTakesOverWhicheverNodeHasTheStreamAndWhicheverIsAsked() throws Exception {
        var one = new Node();
        var two = new Node();
        var firsts = new HashSet<SessionId>();
        var seconds = new HashSet<SessionId>();
        for (var number = 0; number < 3; number++) {
            var user = "artist" + number;
            var key = goLive(one, user);
            Await.until("it is live", () -> one.destinations() + two.destinations() == 1);
            var first = running(one, two).iterator().next();
            firsts.add(first);
            var encoder = publishers.get(publishers.size() - 1);
            publishers.add(publish(one, key));
            Await.until("the first encoder is thrown out", () -> !encoder.isRunning());
            Await.until("the second one is live", Duration.ofSeconds(40), () -> {
                // Where the first took longer to end than a newcomer waits, encoders try again by themselves.
                if (!publishers.get(publishers.size() - 1).isRunning()) {
                    publishers.add(publish(one, key));
                }
                return running(one, two).size() == 1
                        && !running(one, two).contains(first)
                        && one.destinations() + two.destinations() == 1;
            });
            seconds.addAll(running(one, two));
            assertThat(books.sessions().find(first).orElseThrow().end())
                    .isEqualTo(new SessionEnd.Stopped(
                            "Livemeter", "another encoder at 127.0.0.1 came with the same stream key"));
            publishers.get(publishers.size() - 1).stop();
            Await.until("it is over", () -> books.sessions().open().isEmpty());
        }
        firsts.forEach(this::assertChargedExactly);
        seconds.forEach(this::assertChargedExactly);
        assertThat(books.ledger().verify().findings()).isEmpty();
    }

    private static Set<SessionId> running(Node one, Node two) {
        var all = new HashSet<>(one.sessions());
        all.addAll(two.sessions());
        return all;
    }
}

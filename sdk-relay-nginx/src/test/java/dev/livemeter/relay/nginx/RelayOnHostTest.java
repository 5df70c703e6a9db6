package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.Destination;
import dev.livemeter.event.LiveEvent.SessionEnded;
import dev.livemeter.event.LiveEvent.SessionResumed;
import dev.livemeter.money.Money;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.session.SessionEnd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay host with a real sshd and a real nginx, a real encoder, and a wire that is cut. */
@Tag("once") // nginx and sshd do not care which JVM asks
class RelayOnHostTest {

    private LiveOnHost on;
    private RtmpSink sink;
    private FfmpegPublisher publisher;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        sink = new RtmpSink();
        on = new LiveOnHost(folder);
    }

    @AfterEach
    void close() throws Exception {
        if (publisher != null) {
            publisher.close();
        }
        on.close();
        sink.close();
    }

    private void goLive(String credit, String... others) {
        var servers = new ArrayList<>(List.of(sink.server("youtube"), sink.server("youtube")));
        servers.addAll(List.of(others));
        var key = on.user("alice", credit, servers.toArray(String[]::new));
        publisher = on.publish(key);
        Await.until("both destinations are live", () -> on.liveDestinations() == 2);
    }

    /** The gate keeps the answer to a heartbeat; before the first one there is none. */
    private static void awaitHeartbeat() throws InterruptedException {
        Thread.sleep(LiveOnHost.HEARTBEAT.plusSeconds(1).toMillis());
    }

    private static void assertExact(Duration used, Instant from, Instant to) {
        var wall = Duration.between(from, to);
        assertThat(used).isBetween(wall.minusMillis(1_100), wall.plusMillis(1_100));
    }

    @Test
    void aStreamIsPassedOnChangedOnAirCutOnOrderAndChargedForEverySecond() throws Exception {
        on.start();
        assertThat(on.relay.health().isUp()).isTrue();
        goLive("50.00");
        on.live.destinations().add("alice", Destination.custom("late", sink.server("youtube"), "late-key"));
        Await.until("what was added on air is live", () -> on.liveDestinations() == 3);
        assertThat(sink.keys()).containsExactlyInAnyOrder("alice-key-0", "alice-key-1", "late-key");
        var session = on.status().session().id();
        Await.until(
                "nginx tells what was sent",
                () -> on.live.streams().traffic(session).size() == 3);

        on.live.sessions().stop(session, "alice", "enough");
        Await.until("the encoder is cut off", () -> !publisher.isRunning());
        var over = on.over(session);
        assertExact(over.metering().used(), over.liveAt(), over.endedAt());
        assertThat(over.metering().charged()).isEqualTo(over.metering().cost());
        assertThat(on.books.ledger().verify().findings()).isEmpty();
        assertThat(on.host.root(
                        "grep -r ec_live /var/lib/livemeter-relay/state/ /var/lib/livemeter-relay/incoming; true"))
                .isEmpty();
        Await.until("the host tells how busy nginx is", () -> on.relay.health().cpuPercent() != null);
    }

    @Test
    void whenTheMoneyIsGoneTheStreamIsCut() throws Exception {
        on.start();
        goLive("0.80");
        var session = on.status().session().id();
        Await.until("the encoder is cut off", () -> !publisher.isRunning());
        assertThat(on.over(session).end()).isInstanceOf(SessionEnd.FundsExhausted.class);
        assertThat(on.over(session).metering().charged()).isEqualTo(Money.of("USD", "0.80"));
    }

    @Test
    void aStreamOutlivesItsConnectionAndIsChargedForEverySecond() throws Exception {
        on.start();
        goLive("50.00");
        var session = on.status().session().id();
        awaitHeartbeat();
        var seen = CompletableFuture.supplyAsync(() -> moments());
        on.wire.refuse();
        Await.until("it is noticed", () -> !on.relay.health().isUp());
        // What answers now closes each connection at once.
        assertThat(on.relay.health().trouble())
                .matches("The connection to the relay host 127\\.0\\.0\\.1:[0-9]+ is lost; it is made anew\\."
                        + "|What answers at 127\\.0\\.0\\.1 port [0-9]+ does not speak SSH as expected: .*");
        // Longer than silence is borne where the way is there.
        Thread.sleep(8_000);
        on.wire.admit();
        Await.until("it is connected again", () -> on.relay.health().isUp());
        awaitHeartbeat();
        assertThat(publisher.isRunning()).isTrue();
        assertThat(on.liveDestinations()).isEqualTo(2);
        var moments = seen.join();
        for (var i = 1; i < moments.size(); i++) {
            assertThat(moments.get(i) - moments.get(i - 1)).isLessThan(0.5);
        }
        publisher.stop();
        var over = on.over(session);
        assertThat(over.end()).isInstanceOf(SessionEnd.HungUp.class);
        assertExact(over.metering().used(), over.liveAt(), over.endedAt());
        assertThat(sink.keys()).as("nothing was opened anew").hasSize(2);
        assertThat(on.books.ledger().verify().findings()).isEmpty();
    }

    private List<Double> moments() {
        try {
            return sink.moments("youtube", "alice-key-1", 10);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void withoutAConnectionAStreamGoesOnNoLongerThanTheGraceAndIsChargedUpToItsLastProof() throws Exception {
        on.grace = Duration.ofSeconds(5);
        on.start();
        goLive("50.00");
        var session = on.status().session().id();
        awaitHeartbeat();
        on.wire.refuse();
        var cut = Instant.now();
        Await.until("the encoder is cut off", () -> !publisher.isRunning());
        assertThat(Duration.between(cut, Instant.now()))
                .isLessThan(on.grace.plus(LiveOnHost.HEARTBEAT).plusSeconds(10));
        var over = on.over(session);
        assertThat(over.end()).isInstanceOf(SessionEnd.Lost.class);
        assertThat(over.liveAt().plus(over.metering().used()))
                .isBetween(cut.minus(LiveOnHost.HEARTBEAT).minusMillis(600), cut.plusMillis(600));
        on.wire.admit();
        Await.until("it is connected again", () -> on.relay.health().isUp());
        publisher = on.publish(on.live.streamKeys().create("alice").reveal());
        Await.until("the next stream is live", () -> on.liveDestinations() == 2);
    }

    @Test
    void aDestinationThatDiedWhileNobodyHeardIsNoticedAfterwards() throws Exception {
        on.start();
        var other = new RtmpSink();
        try (other) {
            var key = on.user("alice", "50.00", sink.server("youtube"), other.server("youtube"));
            publisher = on.publish(key);
            Await.until("both destinations are live", () -> on.liveDestinations() == 2);
            awaitHeartbeat();
            on.wire.refuse();
            Await.until("it is noticed", () -> !on.relay.health().isUp());
            other.stop();
            Thread.sleep(1_000);
            on.wire.admit();
            Await.until("only the one that works is live", () -> on.liveDestinations() == 1);
            other.start();
            Await.until("the other one is live again", () -> on.liveDestinations() == 2);
            assertThat(publisher.isRunning()).isTrue();
        }
    }

    @Test
    void aConnectionThatBreaksRightAfterARestartEndsNoStream() throws Exception {
        on.start();
        goLive("50.00");
        var session = on.status().session().id();
        awaitHeartbeat();
        on.live.close();
        on.start();
        // Before the stream has shown itself, and for longer than it is waited for otherwise.
        on.wire.refuse();
        Thread.sleep(on.relay.resumesWithin().plusSeconds(2).toMillis());
        on.wire.admit();
        Await.until(
                "it is taken up",
                Duration.ofSeconds(60),
                () -> !on.live.sessions().running().isEmpty());
        assertThat(on.status().session().id()).isEqualTo(session);
        Await.until("its destinations are live again", () -> on.liveDestinations() == 2);
        assertThat(publisher.isRunning()).isTrue();
        assertThat(sink.keys()).as("nothing was opened anew").hasSize(2);
        publisher.stop();
        var over = on.over(session);
        assertExact(over.metering().used(), over.liveAt(), over.endedAt());
    }

    @Test
    void theNextProcessTakesTheStreamUpAndChangesNothingOnTheHost() throws Exception {
        on.start();
        goLive("50.00");
        var session = on.status().session().id();
        awaitHeartbeat();
        var deployed = on.deployment().history().size();
        on.live.close();
        Thread.sleep(4_000);
        assertThat(publisher.isRunning()).isTrue();
        on.start();
        Await.until("its destinations are live again", () -> on.liveDestinations() == 2);
        assertThat(on.status().session().id()).isEqualTo(session);
        assertThat(on.events).filteredOn(SessionResumed.class::isInstance).hasSize(1);
        assertThat(on.deployment().history()).hasSize(deployed);
        assertThat(sink.keys()).as("nothing was opened anew").hasSize(2);
        publisher.stop();
        var over = on.over(session);
        assertExact(over.metering().used(), over.liveAt(), over.endedAt());
    }

    @Test
    @DisplayName("Acceptance 11: when nginx dies on the host its streams are lost and it is used again")
    void whenNginxDiesOnTheHostItsStreamsAreLostAndItIsUsedAgain() throws Exception {
        on.start();
        goLive("50.00", "rtmp://127.0.0.1:" + TestPorts.free() + "/nobody");
        var session = on.status().session().id();
        assertThat(on.status().destinations())
                .as("the dead one was tried, too")
                .allMatch(destination -> destination.attempts() > 0);
        // Its master tells of this one; then that is killed, too.
        on.host.root("pkill -9 -u livemeter-relay -f 'nginx: worker process'");
        var killed = Instant.now();
        on.host.root(
                "sleep 0.2; kill -9 $(cat /var/lib/livemeter-relay/state/nginx.pid); pkill -9 -u livemeter-relay nginx; true");
        var over = on.over(session);
        assertThat(over.end()).isInstanceOf(SessionEnd.Lost.class);
        assertThat(over.liveAt().plus(over.metering().used()))
                .as("up to its last heartbeat")
                .isBetween(killed.minus(LiveOnHost.HEARTBEAT).minusMillis(1_100), killed.plusMillis(600));
        assertThat(over.metering().charged()).isEqualTo(over.metering().cost());
        assertThat(on.books.ledger().verify().findings()).isEmpty();
        assertThat(Files.readString(on.host.log()))
                .as("what nginx wrote there")
                .contains("exited on signal 9")
                .doesNotContain("alice-key", "ec_live");
        assertThat(on.host.root("grep -rlE 'alice-key|ec_live' /var/lib/livemeter-relay/state /run; true"))
                .isEmpty();
        // It is told after it is in the books.
        Await.until("its end is told", () -> on.events.stream().anyMatch(SessionEnded.class::isInstance));
        Await.until("nginx is up again", () -> on.relay.health().isUp());
        assertThat(on.events).filteredOn(SessionEnded.class::isInstance).hasSize(1);
        publisher.close();
        publisher = on.publish(on.live.streamKeys().create("alice").reveal());
        Await.until("the next stream is live", () -> on.liveDestinations() == 2);
    }

    @Test
    void anotherApplicationIsTurnedAwayUntilItTakesTheHostOver() throws Exception {
        on.start();
        on.live.close();
        var authority = new ScriptedAuthority();
        try (var other = NginxRelay.on(on.where().owner("shop").build(), on.settings.build())) {
            assertThatThrownBy(() -> other.open(authority))
                    .isInstanceOf(LivemeterException.class)
                    .hasMessage("The relay host 127.0.0.1:" + on.wire.port()
                            + " works for 'alice', and this relay is 'shop'. Give this relay a host of its own; or, if that one is given up, take it over"
                            + " with takeOverFrom(\"alice\"), which ends its streams.");
        }
        try (var heir =
                NginxRelay.on(on.where().owner("shop").takeOverFrom("alice").build(), on.settings.build())) {
            heir.open(authority);
            assertThat(heir.health().isUp()).isTrue();
            try (var second = on.newRelay()) {
                assertThatThrownBy(() -> second.open(authority))
                        .isInstanceOf(LivemeterException.class)
                        .hasMessage("Another process works with the relay host 127.0.0.1:" + on.wire.port()
                                + " at the moment; it came with the key of alice. End that process, or wait until it has ended; each application needs relay hosts of"
                                + " its own.");
            }
        }
        assertThat(on.deployment().inForce().get("relay.properties")).contains("\nowner=shop\n");
    }
}

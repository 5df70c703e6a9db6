package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.ConnectionTest;
import dev.livemeter.destination.ConnectionTest.Kind;
import dev.livemeter.destination.ConnectionTest.Result;
import dev.livemeter.destination.ConnectionTest.Step;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationTests;
import dev.livemeter.destination.Destinations;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.ReachRule;
import dev.livemeter.secret.AesGcmSecretCipher;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.TestsDestinations;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationTestsTest {

    private static final ConnectionTest OPEN =
            new ConnectionTest(List.of(new Step(Kind.TCP, Result.PASSED, Duration.ZERO, "It is there.")));

    @TempDir
    private Path directory;

    private final InMemoryRelay relay = InMemoryRelay.create();
    private final Platform platform = new Platform();
    private Destinations destinations;
    private DestinationTests tests;
    private boolean onAir;

    /** A platform that can be tested; what it answers, the test says. */
    private static final class Platform implements StreamProvider, TestsDestinations {

        private final InMemoryStreamProvider plain = InMemoryStreamProvider.named("twitch");
        private volatile BiFunction<PushTarget, ReachRule, ConnectionTest> answer = (target, rule) -> OPEN;

        @Override
        public String name() {
            return plain.name();
        }

        @Override
        public String displayName() {
            return plain.displayName();
        }

        @Override
        public Check check(Destination destination) {
            return plain.check(destination);
        }

        @Override
        public Preparation prepare(Destination destination) {
            return plain.prepare(destination);
        }

        @Override
        public ConnectionTest test(PushTarget target, ReachRule rule) {
            return answer.apply(target, rule);
        }
    }

    @BeforeEach
    void begin() {
        destinations = new Destinations(
                new InMemoryDestinationStore(),
                AesGcmSecretCipher.withKeyFile(directory.resolve("key")),
                IdSource.random(),
                Map.of("twitch", platform, "plain", InMemoryStreamProvider.named("plain")),
                id -> Optional.empty(),
                20,
                user -> {});
        tests = new DestinationTests(destinations, relay, id -> onAir);
    }

    private DestinationId add(String user) {
        return destinations.add(user, Destination.twitch("live_1_abcdefgh")).id();
    }

    @Test
    void theProviderIsGivenTheTargetAndTheRuleOfTheRelay() throws Exception {
        var seen = new ArrayList<Object>();
        platform.answer = (target, rule) -> {
            seen.add(target.server());
            seen.add(rule.objectionTo(InetAddress.getLoopbackAddress(), 1935).isPresent());
            return OPEN;
        };
        assertThat(tests.run("alice", add("alice"))).isEqualTo(OPEN);
        assertThat(seen).containsExactly(URI.create("rtmp://twitch.invalid/app"), true);
    }

    @Test
    void withoutARelayPublicAddressesAloneAreReached() throws Exception {
        tests = new DestinationTests(destinations, null, id -> false);
        platform.answer = (target, rule) -> {
            assertThat(rule.objectionTo(InetAddress.getLoopbackAddress(), 1935)).isPresent();
            return OPEN;
        };
        assertThat(tests.run("alice", add("alice")).passed()).isTrue();
    }

    @Test
    void whatIsNotReadyIsNotTried() {
        platform.plain.fail(true, "Not today.");
        platform.answer = (target, rule) -> {
            throw new AssertionError("tried");
        };
        assertThat(tests.run("alice", add("alice"))).isEqualTo(ConnectionTest.failedAt(Kind.PREPARATION, "Not today."));
        platform.plain.recover();
        relay.objecting(target -> java.util.Optional.of("No TLS here."));
        assertThat(tests.run("alice", add("alice")))
                .isEqualTo(ConnectionTest.failedAt(Kind.PREPARATION, "No TLS here."));
    }

    @Test
    void aProviderThatThrowsHarmsNobody() {
        platform.answer = (target, rule) -> {
            throw new IllegalStateException("bug");
        };
        assertThat(tests.run("alice", add("alice")))
                .isEqualTo(ConnectionTest.failedAt(Kind.PREPARATION, "Twitch could not be tested."));
        platform.answer = (target, rule) -> OPEN;
        assertThat(tests.run("alice", add("alice"))).isEqualTo(OPEN);
    }

    @Test
    void whatCannotBeTestedIsRefused() {
        var id = add("alice");
        refused("destination.unknown", "bob", id);
        refused("destination.unknown", "alice", new DestinationId("dst-none"));
        var plain = destinations
                .add("alice", new Destination("plain", "Plain", null, dev.livemeter.secret.Secret.of("abcdefgh")))
                .id();
        refused("destination.no_test", "alice", plain);
        onAir = true;
        refused("destination.on_air", "alice", id);
    }

    @Test
    void oneTestRunsPerUserAndEightInAll() throws Exception {
        var entered = new CountDownLatch(8);
        var end = new CountDownLatch(1);
        platform.answer = (target, rule) -> {
            entered.countDown();
            try {
                end.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return OPEN;
        };
        var threads = Executors.newFixedThreadPool(8);
        try {
            var running = new ArrayList<CompletableFuture<ConnectionTest>>();
            for (var i = 0; i < 8; i++) {
                var user = "user" + i;
                var id = add(user);
                running.add(CompletableFuture.supplyAsync(() -> tests.run(user, id), threads));
            }
            assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
            refused("destination.test_running", "user0", add("user0"));
            assertThatThrownBy(() -> tests.run("ninth", add("ninth")))
                    .isInstanceOfSatisfying(LivemeterException.class, e -> {
                        assertThat(e.code()).isEqualTo("destination.tests_busy");
                        assertThat(e.retryable()).isTrue();
                    });
            end.countDown();
            for (var test : running) {
                assertThat(test.get(30, TimeUnit.SECONDS)).isEqualTo(OPEN);
            }
            assertThat(tests.run("ninth", add("ninth"))).isEqualTo(OPEN);
        } finally {
            end.countDown();
            threads.shutdownNow();
        }
    }

    private void refused(String code, String user, DestinationId id) {
        assertThatThrownBy(() -> tests.run(user, id))
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}

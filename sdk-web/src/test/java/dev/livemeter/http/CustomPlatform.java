package dev.livemeter.http;

import dev.livemeter.destination.ConnectionTest;
import dev.livemeter.destination.ConnectionTest.Kind;
import dev.livemeter.destination.ConnectionTest.Result;
import dev.livemeter.destination.ConnectionTest.Step;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PlatformGuide;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.ReachRule;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.TestsDestinations;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A platform that needs a server, says what people should know, and can be tested: a server on port 1936 is as good as gone. */
final class CustomPlatform implements StreamProvider, TestsDestinations {

    @Override
    public Optional<PlatformGuide> guide() {
        return Optional.of(new PlatformGuide(
                PlatformGuide.KeyLifetime.PER_SESSION,
                PlatformGuide.ServerChoice.REQUIRED,
                null,
                null,
                PlatformGuide.Transport.RTMP_OR_RTMPS,
                "On the wall.",
                URI.create("https://docs.example/keys"),
                LocalDate.of(2026, 11, 21)));
    }

    private final AtomicInteger waiting = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** Tests take until {@link #release} from now on. */
    void hold() {
        gate = new CountDownLatch(1);
    }

    void release() {
        gate.countDown();
    }

    /** How many tests wait. */
    int waiting() {
        return waiting.get();
    }

    @Override
    public ConnectionTest test(PushTarget target, ReachRule rule) {
        waiting.incrementAndGet();
        try {
            if (!gate.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Nobody released the tests.");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            waiting.decrementAndGet();
        }
        var gone = target.server().getPort() == 1936;
        return new ConnectionTest(List.of(
                new Step(Kind.ADDRESS, Result.PASSED, Duration.ofMillis(3), "It has an address."),
                new Step(
                        Kind.TCP,
                        gone ? Result.FAILED : Result.PASSED,
                        Duration.ofMillis(1500),
                        gone ? "It is gone." : "It is there.")));
    }

    @Override
    public String name() {
        return "custom";
    }

    @Override
    public String displayName() {
        return "Custom server";
    }

    @Override
    public Check check(Destination destination) {
        return destination.server() == null
                ? new Check.Objection("The destination '" + destination.name() + "' names no server.")
                : new Check.Accepted();
    }

    @Override
    public Preparation prepare(Destination destination) {
        return new Preparation.Ready(
                new PushTarget(Objects.requireNonNull(destination.server()), destination.requireKey()));
    }
}

package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.contract.RelayControllerContract.Publisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A relay that is open, who decides for it, and short ways to have publishers. */
abstract class RelayFixture {

    /** The key that publishers use where a test has only one of them. */
    protected static final String KEY = "ec_live_alice_kit0123456789";

    final List<Publisher> publishers = new ArrayList<>();
    RelayController relay;
    RelayWitness authority;
    Ingest ingest;

    RelayFixture() {}

    /** A fresh relay that is not open. Its heartbeat should be as quick as it can be; the kit closes it. */
    protected abstract RelayController newRelay();

    /** An encoder that does nothing yet. The kit closes it. */
    protected abstract Publisher newPublisher(RelayController openRelay, Ingest where, String streamKey);

    /** How long a test waits at most for something that must happen; 60 seconds unless overridden. */
    protected Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** How long a test watches that something does not happen; 2 seconds unless overridden. */
    protected Duration watching() {
        return Duration.ofSeconds(2);
    }

    /** Called again and again while a test waits; sleeps a little unless overridden. A relay without time of its own gives heartbeats here. */
    protected void letTimePass(RelayController openRelay) throws InterruptedException {
        Thread.sleep(20);
    }

    /** What has to be said to a relay before it is opened. */
    void beforeOpen(RelayController closed) {}

    @BeforeEach
    void openRelay() {
        relay = newRelay();
        authority = new RelayWitness();
        beforeOpen(relay);
        ingest = relay.open(authority);
    }

    @AfterEach
    void closeAll() {
        publishers.forEach(Publisher::close);
        relay.close();
    }

    record Live(SessionId session, Publisher publisher) {}

    final Live admitted(String key) {
        var before = authority.admitted.size();
        var publisher = start(key);
        await("the publisher is let in", () -> authority.admitted.size() > before);
        var session = authority.admitted.get(before);
        var beats = authority.beatsOf(session);
        await("its first proof of life", () -> authority.beatsOf(session) > beats);
        assertThat(publisher.isConnected()).isTrue();
        return new Live(session, publisher);
    }

    final Publisher start(String key) {
        var publisher = newPublisher(relay, ingest, key);
        publishers.add(publisher);
        publisher.start();
        return publisher;
    }

    final void awaitEnd(SessionId session, EndCause cause) {
        await(
                "session " + session + " is reported as ended",
                () -> !authority.endsOf(session).isEmpty());
        assertThat(authority.endsOf(session)).containsExactly(cause);
    }

    final void await(String what, BooleanSupplier condition) {
        var deadline = System.nanoTime() + patience().toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within %s: %s", patience(), what).isLessThan(deadline);
            pass();
        }
    }

    final void watch(Runnable assertion) {
        var deadline = System.nanoTime() + watching().toNanos();
        do {
            assertion.run();
            pass();
        } while (System.nanoTime() < deadline);
        assertion.run();
    }

    final void pass() {
        try {
            letTimePass(relay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LivemeterException("test.interrupted", "The test was interrupted.", true, e);
        }
    }
}

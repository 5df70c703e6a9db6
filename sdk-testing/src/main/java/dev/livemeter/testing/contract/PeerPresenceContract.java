package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What the unmodified {@code peerjs} client relies on when peers come and go: rules of {@code docs/contracts/peerjs.md}. PeerServer itself passes
 * it.
 */
public abstract class PeerPresenceContract extends PeerFixture {

    private static final Duration SOON = Duration.ofMillis(300);

    /** For those who extend it. */
    protected PeerPresenceContract() {}

    // --- waiting -------------------------------------------------------------

    @Test
    @Rule("PJS-30")
    void whatIsSaidToSomebodyWhoIsNotThereWaitsAndComesInOrder() throws Exception {
        serve();
        var alice = joins("alice");
        alice.send(message("OFFER", "bob", "1"))
                .send(message("CANDIDATE", "bob", "2"))
                .send(message("ANSWER", "bob", "3"))
                .send(message("OFFER", "alice", "\"marker\""));
        alice.next();
        var bob = joins("bob");
        assertThat(bob.next()).isEqualTo(relayed("OFFER", "alice", "bob", "1"));
        assertThat(bob.next()).isEqualTo(relayed("CANDIDATE", "alice", "bob", "2"));
        assertThat(bob.next()).isEqualTo(relayed("ANSWER", "alice", "bob", "3"));
        alice.send(message("OFFER", "bob", "4"));
        assertThat(bob.next()).isEqualTo(relayed("OFFER", "alice", "bob", "4"));
    }

    @Test
    @Rule("PJS-31")
    void leaveAndExpireDoNotWait() throws Exception {
        serve();
        var alice = joins("alice");
        alice.send(message("LEAVE", "bob", "1"))
                .send(message("EXPIRE", "bob", "2"))
                .send(message("OFFER", "bob", "3"))
                .send(message("OFFER", "alice", "\"marker\""));
        alice.next();
        assertThat(joins("bob").next()).isEqualTo(relayed("OFFER", "alice", "bob", "3"));
    }

    @Test
    @Rule("PJS-32")
    void whoWaitsInVainIsToldOnce() throws Exception {
        serve(Settings.usual().expiring(SOON));
        var alice = joins("alice");
        alice.send(message("OFFER", "bob", "1"))
                .send(message("CANDIDATE", "bob", "2"))
                .send(message("CANDIDATE", "bob", "3"));
        assertThat(alice.next()).isEqualTo(expire("bob", "alice"));
        alice.send(message("OFFER", "alice", "\"marker\""));
        assertThat(alice.next()).isEqualTo(relayed("OFFER", "alice", "alice", "\"marker\""));
    }

    @Test
    @Rule("PJS-33")
    void everySenderIsTold() throws Exception {
        serve(Settings.usual().expiring(SOON));
        var alice = joins("alice");
        var carol = joins("carol");
        alice.send(message("OFFER", "bob", "1"));
        carol.send(message("OFFER", "bob", "2"));
        assertThat(alice.next()).isEqualTo(expire("bob", "alice"));
        assertThat(carol.next()).isEqualTo(expire("bob", "carol"));
    }

    @Test
    @Rule("PJS-34")
    void whatWaitedTooLongIsNotDelivered() throws Exception {
        serve(Settings.usual().expiring(SOON));
        var alice = joins("alice");
        alice.send(message("OFFER", "bob", "1"));
        assertThat(alice.next()).isEqualTo(expire("bob", "alice"));
        var bob = joins("bob");
        alice.send(message("OFFER", "bob", "2"));
        assertThat(bob.next()).isEqualTo(relayed("OFFER", "alice", "bob", "2"));
    }

    // --- being there ---------------------------------------------------------

    @Test
    @Rule("PJS-35")
    void whoGivesNoSignOfLifeIsClosedAndTheIdFree() throws Exception {
        serve(Settings.usual().alive(Duration.ofMillis(500)));
        var silent = joins("alice", "one");
        assertThat(silent.closeCode()).isEqualTo(1005);
        joins("alice", "two");
    }

    @Test
    @Rule("PJS-36")
    void aHeartbeatIsASignOfLife() throws Exception {
        serve(Settings.usual().alive(Duration.ofSeconds(2)));
        var alive = joins("alice");
        var silent = joins("bob");
        while (silent.isOpen()) {
            alive.send("{\"type\":\"HEARTBEAT\"}");
            Thread.sleep(50);
        }
        alive.send(message("OFFER", "alice", "1"));
        assertThat(alive.next()).isEqualTo(relayed("OFFER", "alice", "alice", "1"));
    }

    @Test
    @Rule("PJS-37")
    void anIdIsFreeAsSoonAsItsSocketIsClosed() throws Exception {
        serve(Settings.usual().openDiscovery());
        var first = joins("alice", "one");
        first.leave();
        first.closeCode();
        awaitListed();
        joins("alice", "two");
    }

    @Test
    @Rule("PJS-38")
    void aLeaveToNobodyFreesTheIdAndKeepsTheSocket() throws Exception {
        serve(Settings.usual().openDiscovery());
        var first = joins("alice", "one");
        first.send("{\"type\":\"LEAVE\"}");
        awaitListed();
        assertThat(first.isOpen()).isTrue();
        joins("alice", "two");
    }

    @Test
    @Rule("PJS-39")
    void whoComesAgainWithTheSameTokenTakesOver() throws Exception {
        serve();
        joins("alice", "t");
        var bob = joins("bob");
        var second = wishes("alice", "t");
        // It is known to be there once it has heard itself.
        second.send(message("OFFER", "alice", "\"marker\""));
        var heard = second.next();
        assertThat(heard.contains("OPEN") ? second.next() : heard)
                .isEqualTo(relayed("OFFER", "alice", "alice", "\"marker\""));
        bob.send(message("OFFER", "alice", "1"));
        assertThat(second.next()).isEqualTo(relayed("OFFER", "bob", "alice", "1"));
    }
}

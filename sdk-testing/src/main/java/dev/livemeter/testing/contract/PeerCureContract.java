package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a server does better than PeerServer: rules of {@code docs/contracts/peerjs.md}. */
public abstract class PeerCureContract extends PeerFixture {

    private static final int MIB = 1024 * 1024;

    /** For those who extend it. */
    protected PeerCureContract() {}

    @Test
    @Rule("PJC-01")
    void whoTakesOverHearsOpenAndTheSocketBeforeIsClosed() throws Exception {
        serve();
        var first = joins("alice", "t");
        joins("alice", "t");
        assertThat(first.closeCode()).isEqualTo(1005);
    }

    @Test
    @Rule("PJC-02")
    void aSocketThatWasTakenOverIsNotHeard() throws Exception {
        serve();
        var bob = joins("bob");
        var first = joins("alice", "t");
        var second = joins("alice", "t");
        try {
            first.send(message("OFFER", "bob", "\"old\""));
        } catch (CompletionException alreadyClosed) {
            // as it should be
        }
        first.closeCode();
        second.send(message("OFFER", "bob", "\"new\""));
        assertThat(bob.next()).isEqualTo(relayed("OFFER", "alice", "bob", "\"new\""));
    }

    @Test
    @Rule("PJC-03")
    void aTakeoverIsASignOfLife() throws Exception {
        serve(Settings.usual().alive(Duration.ofSeconds(3)));
        joins("alice", "t");
        Thread.sleep(2_000);
        var began = System.nanoTime();
        var second = joins("alice", "t");
        var witness = joins("witness");
        // Whoever came at the same time is closed at the same time, and not a second after it began.
        second.closeCode();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(2_500));
        witness.closeCode();
    }

    @Test
    @Rule("PJC-04")
    void theEndOfAnOldSocketDoesNotCutOffWhoHoldsTheIdNow() throws Exception {
        serve(Settings.usual().openDiscovery());
        var first = joins("alice", "one");
        first.send("{\"type\":\"LEAVE\"}");
        awaitListed();
        var second = joins("alice", "two");
        first.leave();
        first.closeCode();
        assertThat(get("peerjs/peers").body()).isEqualTo("[\"alice\"]");
        second.send(message("OFFER", "alice", "1"));
        assertThat(second.next()).isEqualTo(relayed("OFFER", "alice", "alice", "1"));
    }

    @Test
    @Rule("PJC-05")
    void nothingIsLostThatIsSaidToSomebodyWhoIsJustClosing() throws Exception {
        serve();
        var alice = joins("alice");
        for (var i = 0; i < 20; i++) {
            var bob = joins("bob", "t");
            bob.leave();
            bob.closeCode();
            alice.send(message("OFFER", "bob", Integer.toString(i)));
            var again = joins("bob", "t");
            assertThat(again.next()).isEqualTo(relayed("OFFER", "alice", "bob", Integer.toString(i)));
            again.leave();
            again.closeCode();
        }
    }

    @Test
    @Rule("PJC-06")
    void everyMessageHasATimeOfItsOwn() throws Exception {
        serve(Settings.usual().expiring(Duration.ofSeconds(1)));
        var alice = joins("alice");
        var carol = joins("carol");
        alice.send(message("OFFER", "bob", "1"));
        Thread.sleep(700);
        var sent = System.nanoTime();
        carol.send(message("OFFER", "bob", "2"));
        assertThat(carol.next()).isEqualTo(expire("bob", "carol"));
        assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThanOrEqualTo(Duration.ofMillis(990));
        assertThat(alice.next()).isEqualTo(expire("bob", "alice"));
    }

    @Test
    @Rule("PJC-07")
    void bytesThatAreNoTextAreNotPassedOn() throws Exception {
        serve();
        var alice = joins("alice");
        var broken = message("OFFER", "alice", "\"?\"").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (var i = 0; i < broken.length; i++) {
            broken[i] = broken[i] == '?' ? (byte) 0xff : broken[i];
        }
        alice.sendBinary(broken);
        alice.send(message("OFFER", "alice", "[".repeat(5_000) + "]".repeat(5_000)));
        alice.send(message("OFFER", "alice", "\"marker\""));
        assertThat(alice.next()).isEqualTo(relayed("OFFER", "alice", "alice", "\"marker\""));
    }

    @Test
    @Rule("PJC-08")
    void whoDoesNotReadIsDroppedAndNobodyElseNotices() throws Exception {
        serve(Settings.usual().openDiscovery());
        var alice = joins("alice");
        var bob = joins("bob");
        deaf("deaf");
        while (!get("peerjs/peers").body().contains("deaf")) {
            Thread.onSpinWait();
        }
        var much = "\"" + "x".repeat(MIB / 2) + "\"";
        while (get("peerjs/peers").body().contains("deaf")) {
            alice.send(message("OFFER", "deaf", much)).send(message("OFFER", "bob", "1"));
            assertThat(bob.next()).isEqualTo(relayed("OFFER", "alice", "bob", "1"));
        }
    }

    @Test
    @Rule("PJC-09")
    void whatWaitsForSomebodyWhoIsNotThereIsLimited() throws Exception {
        serve();
        var alice = joins("alice");
        var much = "\"" + "x".repeat(100_000) + "\"";
        while (!alice.hasUnread()) {
            alice.send(message("OFFER", "bob", much));
        }
        assertThat(alice.next()).isEqualTo(expire("bob", "alice"));
    }

    @Test
    @Rule("PJC-10")
    void aMessageThatIsTooLargeIsRefused() throws Exception {
        serve();
        var alice = joins("alice");
        var bob = joins("bob");
        alice.send(message("OFFER", "bob", "\"" + "x".repeat(MIB - 100) + "\""));
        assertThat(bob.next()).hasSizeGreaterThan(MIB - 100);
        try {
            alice.send(message("OFFER", "bob", "\"" + "x".repeat(8 * MIB) + "\""));
        } catch (CompletionException cutOff) {
            // in the middle of it
        }
        assertThat(alice.closeCode()).isIn(1009, 1006);
        assertThat(bob.hasUnread()).isFalse();
    }

    @Test
    @Rule("PJC-11")
    void onlyListedOriginsMayConnectWhereThereIsAList() throws Exception {
        serve(Settings.usual().onlyFrom("https://a.example"));
        from("https://a.example", "alice").opened();
        joins("command-line");
        assertThatThrownBy(() -> from("https://b.example", "bob"))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(403));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-alice", "alice  bob", "al\"ice", "\u00e9", "a\u0000", "<b>"})
    @Rule("PJC-12")
    void anIdThatTheClientWouldNotTakeIsRefused(String id) throws Exception {
        serve();
        var client = wishes(id, "t");
        assertThat(client.next())
                .isEqualTo(error("A peer id of " + id.length()
                        + " characters was given that does not fit: expected 1 to 128 letters and digits, in groups"
                        + " joined by single spaces, hyphens or underscores."));
        assertThat(client.closeCode()).isEqualTo(1005);
    }

    @Test
    @Rule("PJC-13")
    void whoCallsAnIdThatNobodyCanHaveIsToldAtOnce() throws Exception {
        serve();
        var alice = joins("alice");
        alice.send(message("OFFER", "no\\\"body", "1"));
        assertThat(alice.next()).isEqualTo(expire("no\\\"body", "alice"));
    }

    @Test
    @Rule("PJC-14")
    void whoSendsTooMuchIsClosedAndNobodyElseNotices() throws Exception {
        serve();
        var bob = joins("bob");
        var alice = joins("alice");
        try {
            for (var i = 0; i < 100_000 && alice.isOpen(); i++) {
                alice.send("{\"type\":\"HEARTBEAT\"}");
            }
        } catch (CompletionException closed) {
            // in the middle of it
        }
        assertThat(alice.closeCode()).isIn(1008, 1006);
        bob.send(message("OFFER", "bob", "1"));
        assertThat(bob.next()).isEqualTo(relayed("OFFER", "bob", "bob", "1"));
    }
}

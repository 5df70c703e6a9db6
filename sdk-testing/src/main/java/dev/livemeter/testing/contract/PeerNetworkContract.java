package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority;
import dev.livemeter.spi.PeerNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link PeerNetwork} keeps: the rules of {@code docs/contracts/peer-network.md}. Extend it, supply signaling with clients, inherit the tests. */
@Timeout(180)
public abstract class PeerNetworkContract {

    private static final PeerId ALICE = PeerId.of("alice");
    private static final PeerId BOB = PeerId.of("bob");
    private static final PeerId CAROL = PeerId.of("carol");

    private final Asked authority = new Asked();
    private Signaling signaling;

    /** For subclasses. */
    protected PeerNetworkContract() {}

    /** Signaling that asks this authority, and where nobody is connected. Called before each test. */
    protected abstract Signaling create(PeerAuthority authority);

    /** Signaling as its clients see it. Each call waits until what it does has happened. */
    public interface Signaling {

        /** What is tested. */
        PeerNetwork network();

        /** A client connects; whether it was let in. */
        boolean connect(PeerId peer, String token);

        /** A client says good-bye and closes its connection. */
        void leave(PeerId peer);

        /** A client offers a connection; whether the other one got the offer. */
        boolean offer(PeerId caller, PeerId callee);

        /** Of whom a client was told that they left, as often as it was told. */
        List<PeerId> told(PeerId peer);
    }

    /** Lets in whoever has the right token, and Alice and Bob call each other. */
    private static final class Asked implements PeerAuthority {

        private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

        @Override
        public Admission admit(PeerRequest request) {
            return request.token().equals("right")
                    ? new Admission.Admitted(Duration.ZERO)
                    : new Admission.Refused("Get a new token.");
        }

        @Override
        public boolean mayCall(PeerId caller, PeerId callee) {
            return !caller.equals(CAROL) && !callee.equals(CAROL);
        }

        @Override
        public void joined(PeerId peer) {
            heard.add("joined " + peer);
        }

        @Override
        public void left(PeerId peer, Departure departure) {
            heard.add("left " + peer + " " + departure);
        }
    }

    @BeforeEach
    void start() {
        signaling = create(authority);
        assertThat(signaling.connect(ALICE, "right")).isTrue();
        assertThat(signaling.connect(BOB, "right")).isTrue();
    }

    @Test
    @Rule("PEE-01")
    void onlyWhoIsAdmittedIsPresent() {
        assertThat(signaling.connect(CAROL, "wrong")).isFalse();
        assertThat(signaling.network().isPresent(CAROL)).isFalse();
        assertThat(signaling.network().isPresent(ALICE)).isTrue();
        assertThat(authority.heard).containsExactly("joined alice", "joined bob");
    }

    @Test
    @Rule("PEE-02")
    void whoLeavesIsNotPresentAndTheAuthorityHears() {
        signaling.leave(BOB);
        assertThat(signaling.network().isPresent(BOB)).isFalse();
        assertThat(authority.heard).endsWith("left bob LEFT");
        assertThat(signaling.connect(BOB, "right")).isTrue();
        assertThat(signaling.network().isPresent(BOB)).isTrue();
    }

    @Test
    @Rule("PEE-03")
    void anOfferPassesWhereTheAuthorityAllowsIt() {
        assertThat(signaling.connect(CAROL, "right")).isTrue();
        assertThat(signaling.offer(ALICE, BOB)).isTrue();
        assertThat(signaling.offer(CAROL, BOB)).isFalse();
        assertThat(signaling.offer(BOB, CAROL)).isFalse();
    }

    @Test
    @Rule("PEE-04")
    void hangingUpIsToldToBothAndKeepsThemInSignaling() {
        signaling.offer(ALICE, BOB);
        signaling.network().hangUp(ALICE, BOB);
        assertThat(signaling.told(ALICE)).containsOnly(BOB).isNotEmpty();
        assertThat(signaling.told(BOB)).containsOnly(ALICE).isNotEmpty();
        assertThat(signaling.network().isPresent(ALICE)).isTrue();
        assertThat(signaling.network().isPresent(BOB)).isTrue();
        assertThat(authority.heard).containsExactly("joined alice", "joined bob");
    }

    @Test
    @Rule("PEE-05")
    void hangingUpAgainOrWithWhoIsAbsentIsNoFault() {
        signaling.leave(BOB);
        assertThatCode(() -> {
                    signaling.network().hangUp(ALICE, BOB);
                    signaling.network().hangUp(BOB, ALICE);
                    signaling.network().hangUp(CAROL, BOB);
                })
                .doesNotThrowAnyException();
        assertThat(signaling.network().isPresent(ALICE)).isTrue();
        assertThat(signaling.told(ALICE)).containsOnly(BOB).isNotEmpty();
    }

    @Test
    @Rule("PEE-06")
    void whoIsDismissedIsGoneAndMayComeAgain() {
        signaling.network().dismiss(BOB, "The house closes.");
        signaling.network().dismiss(CAROL, "The house closes.");
        assertThat(signaling.network().isPresent(BOB)).isFalse();
        assertThat(authority.heard).endsWith("left bob DISMISSED");
        assertThat(signaling.connect(BOB, "right")).isTrue();
        assertThat(signaling.network().isPresent(BOB)).isTrue();
    }
}

package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.spi.SignalingBus;
import dev.livemeter.spi.SignalingBus.Claiming;
import dev.livemeter.spi.SignalingBus.Holding;
import dev.livemeter.spi.SignalingBus.Member;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link SignalingBus} keeps: the rules of {@code docs/contracts/signaling-bus.md}. Extend it, supply a bus, inherit the tests. */
@Timeout(180)
public abstract class SignalingBusContract {

    private static final PeerId ALICE = PeerId.of("alice");
    private static final PeerId BOB = PeerId.of("bob with spaces_and-more");
    private static final int PLENTY = 1000;

    private final List<Member> members = new ArrayList<>();
    private final BusNews news1 = new BusNews();
    private final BusNews news2 = new BusNews();
    private Member one;
    private Member two;

    /** For subclasses. */
    protected SignalingBusContract() {}

    /** A bus for one more node; all that are given out in a test are joined. */
    protected abstract SignalingBus bus() throws Exception;

    /** A node dies without a word. */
    protected abstract void kill(Member member) throws Exception;

    /** The bus loses all that it knew, as a server that was started anew. */
    protected abstract void forgetEverything() throws Exception;

    @BeforeEach
    void joinTwo() throws Exception {
        one = join(news1);
        two = join(news2);
    }

    @AfterEach
    void leaveAll() {
        members.forEach(Member::close);
    }

    private Member join(BusNews news) throws Exception {
        var member = bus().join(news);
        members.add(member);
        return member;
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static Holding holds(Member member, PeerId peer, String proof) throws Exception {
        return held(member.claim(peer, proof, PLENTY));
    }

    private static Holding held(CompletionStage<Claiming> stage) throws Exception {
        var claiming = done(stage);
        assertThat(claiming).isInstanceOf(Claiming.Held.class);
        return ((Claiming.Held) claiming).holding();
    }

    @Test
    @Rule("BUS-01")
    void whoHoldsAnIdKeepsItFromOthersOnEveryNode() throws Exception {
        var holding = holds(one, ALICE, "a");
        assertThat(holding.node()).isEqualTo(one.node());
        assertThat(holding.peer()).isEqualTo(ALICE);
        assertThat(done(two.claim(ALICE, "b", PLENTY))).isEqualTo(new Claiming.Taken());
        assertThat(done(one.claim(ALICE, "b", PLENTY))).isEqualTo(new Claiming.Taken());
        assertThat(holds(two, BOB, "b").node()).isEqualTo(two.node());
    }

    @Test
    @Rule("BUS-02")
    void theSameProofTakesOverFromAnotherNodeAndEverybodyHears() throws Exception {
        var before = holds(one, ALICE, "a");
        var after = holds(two, ALICE, "a");
        assertThat(after.version()).isGreaterThan(before.version());
        assertThat(after.since()).isGreaterThan(before.since());
        for (var news : List.of(news1, news2)) {
            news.awaits("held " + before);
            news.awaits("held " + after);
        }
        assertThat(done(one.claim(ALICE, "b", PLENTY))).isEqualTo(new Claiming.Taken());
    }

    @Test
    @Rule("BUS-03")
    void ofManyThatComeAtOnceOneHoldsTheId() throws Exception {
        var wishes = new ArrayList<CompletableFuture<Claiming>>();
        for (var i = 0; i < 100; i++) {
            wishes.add(
                    (i % 2 == 0 ? one : two).claim(ALICE, "proof-" + i, PLENTY).toCompletableFuture());
        }
        var winners = 0;
        for (var wish : wishes) {
            winners += done(wish) instanceof Claiming.Held ? 1 : 0;
        }
        assertThat(winners).isEqualTo(1);
    }

    @Test
    @Rule("BUS-04")
    void whatIsLetGoIsFreeAndEverybodyHearsHow() throws Exception {
        var holding = holds(one, ALICE, "a");
        one.release(holding, Departure.DISMISSED);
        one.release(holding, Departure.LEFT);
        for (var news : List.of(news1, news2)) {
            news.awaits("freed " + holding + " DISMISSED");
        }
        assertThat(holds(two, ALICE, "b").node()).isEqualTo(two.node());
        assertThat(news1.heard()).doesNotContain("freed " + holding + " LEFT");
    }

    @Test
    @Rule("BUS-05")
    void whoWasTakenOverCannotLetItGo() throws Exception {
        var before = holds(one, ALICE, "a");
        var after = holds(two, ALICE, "a");
        one.release(before, Departure.LEFT);
        holds(one, BOB, "b");
        assertThat(done(one.claim(ALICE, "b", PLENTY))).isEqualTo(new Claiming.Taken());
        news1.awaits("held " + after);
        assertThat(news1.heard()).noneMatch(line -> line.startsWith("freed"));
    }

    @Test
    @Rule("BUS-06")
    void thereIsOneLimitForAllNodesAndWhoComesAgainIsLetIn() throws Exception {
        held(one.claim(ALICE, "a", 1));
        assertThat(done(two.claim(BOB, "b", 1))).isEqualTo(new Claiming.Full());
        assertThat(held(two.claim(ALICE, "a", 1)).node()).isEqualTo(two.node());
    }

    @Test
    @Rule("BUS-07")
    void messagesReachTheirNodeInOrderAndWhole() throws Exception {
        var large = "x".repeat(300_000);
        for (var i = 0; i < 1000; i++) {
            one.send(two.node(), ("message " + i).getBytes(StandardCharsets.UTF_8));
        }
        one.send(two.node(), large.getBytes(StandardCharsets.UTF_8));
        one.send(one.node(), "to myself".getBytes(StandardCharsets.UTF_8));
        news2.awaits(one.node() + " said " + large);
        var heard =
                news2.heard().stream().filter(line -> line.contains(" said ")).toList();
        assertThat(heard).hasSize(1001);
        for (var i = 0; i < 1000; i++) {
            assertThat(heard.get(i)).isEqualTo(one.node() + " said message " + i);
        }
        news1.awaits(one.node() + " said to myself");
    }

    @Test
    @Rule("BUS-08")
    void aMessageToAllReachesTheOthers() throws Exception {
        var news3 = new BusNews();
        var three = join(news3);
        one.sendToAll("hello".getBytes(StandardCharsets.UTF_8));
        one.send(one.node(), "end".getBytes(StandardCharsets.UTF_8));
        news2.awaits(one.node() + " said hello");
        news3.awaits(one.node() + " said hello");
        news1.awaits(one.node() + " said end");
        assertThat(news1.heard()).doesNotContain(one.node() + " said hello");
        assertThat(three.node()).isNotEqualTo(one.node());
    }

    @Test
    @Rule("BUS-09")
    void whoJoinsHearsWhatIsHeld() throws Exception {
        var alice = holds(one, ALICE, "a");
        var bob = holds(two, BOB, "b");
        var news3 = new BusNews();
        join(news3);
        news3.awaits("all " + alice + " " + bob);
        news2.awaits("all");
    }

    @Test
    @Rule("BUS-10")
    void whatANodeHoldsThatLeavesIsFree() throws Exception {
        var holding = holds(one, ALICE, "a");
        one.close();
        one.close();
        news2.awaits("freed " + holding + " LOST");
        assertThat(holds(two, ALICE, "b").node()).isEqualTo(two.node());
        var late = one.claim(BOB, "b", PLENTY).toCompletableFuture();
        try {
            assertThat(late.get(60, TimeUnit.SECONDS)).isNull();
        } catch (ExecutionException expected) {
            assertThat(late).isCompletedExceptionally();
        } catch (TimeoutException tooLate) {
            throw new AssertionError("A node that has left is told nothing of its wish.", tooLate);
        }
    }

    @Test
    @Rule("BUS-11")
    void whatADeadNodeHeldIsFreeWithinSeconds() throws Exception {
        var alice = holds(one, ALICE, "a");
        var bob = holds(two, BOB, "b");
        kill(one);
        news2.awaits("freed " + alice + " LOST");
        assertThat(holds(two, ALICE, "other").node()).isEqualTo(two.node());
        assertThat(news2.heard()).doesNotContain("freed " + bob + " LOST");
    }

    @Test
    @Rule("BUS-12")
    void whatTheBusLostIsHeldAgainSinceTheSameMoment() throws Exception {
        var before = holds(one, ALICE, "a");
        news2.awaits("held " + before);
        forgetEverything();
        news1.awaitsAnother("all");
        news2.awaitsAnother("all");
        var after = held(one.restore(ALICE, "a", before.since()));
        assertThat(after.since()).isEqualTo(before.since());
        assertThat(after.version()).isGreaterThan(before.version());
        assertThat(held(one.restore(ALICE, "a", before.since()))).isEqualTo(after);
        news2.awaits("held " + after);
        assertThat(done(two.claim(ALICE, "b", PLENTY))).isEqualTo(new Claiming.Taken());
    }

    @Test
    @Rule("BUS-13")
    void ofTwoThatHoldAgainWithDifferentProofsTheOlderStays() throws Exception {
        var first = held(one.restore(ALICE, "a", 1_000));
        assertThat(done(two.restore(ALICE, "b", 2_000))).isEqualTo(new Claiming.Taken());
        var older = held(two.restore(ALICE, "c", 500));
        assertThat(older.node()).isEqualTo(two.node());
        assertThat(older.version()).isGreaterThan(first.version());
        news1.awaits("held " + older);
        assertThat(done(one.restore(ALICE, "a", 1_000))).isEqualTo(new Claiming.Taken());
    }

    @Test
    @Rule("BUS-14")
    void ofTwoThatHoldAgainWithTheSameProofTheLaterStays() throws Exception {
        held(one.restore(ALICE, "a", 1_000));
        var later = held(two.restore(ALICE, "a", 2_000));
        assertThat(later.node()).isEqualTo(two.node());
        assertThat(done(one.restore(ALICE, "a", 1_000))).isEqualTo(new Claiming.Taken());
    }

    @Test
    @Rule("BUS-15")
    void whatIsSaidToAllAndWhatIsSaidToOneKeepTheirOrder() throws Exception {
        var expected = new ArrayList<String>();
        for (var i = 0; i < 1000; i++) {
            one.sendToAll(("to all " + i).getBytes(StandardCharsets.UTF_8));
            one.send(two.node(), ("to one " + i).getBytes(StandardCharsets.UTF_8));
            expected.add(one.node() + " said to all " + i);
            expected.add(one.node() + " said to one " + i);
        }
        news2.awaits(one.node() + " said to one 999");
        assertThat(news2.heard().stream().filter(line -> line.contains(" said ")))
                .containsExactlyElementsOf(expected);
    }
}

package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastId;
import dev.livemeter.broadcast.BroadcastRecord;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.BroadcastState;
import dev.livemeter.broadcast.BroadcastTerms;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.event.LiveEvent.BroadcastChanged;
import dev.livemeter.spi.BroadcastStore;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.testing.InMemoryVideoPlatform.Question;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The database loses answers and is away, platforms hang, accounts go: what is shown is still looked after, and ended. */
class BroadcastsWithFaultsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch reached = new CountDownLatch(1);
    private BroadcastStage stage = BroadcastStage.withFaults(InMemoryRelay.create());

    @AfterEach
    void close() throws InterruptedException {
        hanging.countDown();
        stage.faults.away(false);
        stage.live.close();
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    private void outliving() {
        stage.live.close();
        stage = BroadcastStage.withFaults(InMemoryRelay.outliving(PATIENCE));
    }

    private void hang() {
        reached.countDown();
        try {
            assertThat(hanging.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does something that must not wait for what hangs. */
    private <T> T promptly(Callable<T> call) throws Exception {
        return threads.submit(call).get(60, TimeUnit.SECONDS);
    }

    /** Lets time pass until something hangs, and leaves that hanging. */
    private Future<?> passUntilItHangs(int seconds) throws InterruptedException {
        var passing = threads.submit(() -> stage.pass(seconds));
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
        return passing;
    }

    private List<BroadcastRecord> rows() {
        return stage.live.broadcasts().of(stage.session);
    }

    private List<BroadcastState> states() {
        return rows().stream().map(BroadcastRecord::state).toList();
    }

    private BroadcastStore store() {
        return stage.books.broadcasts().orElseThrow();
    }

    private void isShownUntilItIsEnded(DestinationId tube) {
        assertThat(stage.faults.hasLost()).isTrue();
        stage.pass(120);
        assertThat(stage.status(tube).state()).isEqualTo(State.LIVE);
        assertThat(states()).containsExactly(BroadcastState.LIVE);
        assertThat(stage.told(BroadcastChanged.class))
                .containsExactly(
                        "Tube is ready for the stream at https://youtube.invalid/watch/youtube-1.",
                        "Tube shows the stream at https://youtube.invalid/watch/youtube-1.");
        var asked = stage.youtube.asked(Question.ADVANCE);
        stage.pass(60);
        assertThat(stage.youtube.asked(Question.ADVANCE)).isGreaterThan(asked);
        stage.hangUp();
        stage.pass(1);
        assertThat(stage.youtube.phase(tube)).contains(Phase.ENDED);
        assertThat(states()).containsExactly(BroadcastState.ENDED);
        assertThat(stage.youtube.opened()).hasSize(1);
    }

    private DestinationId goLiveSlowly() {
        var tube = stage.account("Tube");
        stage.publish();
        stage.pass(10);
        stage.relay.connectDestinations(stage.session);
        stage.youtube.get(tube);
        stage.pass(60);
        return tube;
    }

    @Test
    void aLostAnswerToThatItIsLiveIsMadeUpFor() {
        stage.faults.lose(row -> row.state() == BroadcastState.LIVE);
        isShownUntilItIsEnded(goLiveSlowly());
    }

    @Test
    void aLostAnswerToThatItIsReadyIsMadeUpFor() {
        stage.faults.lose(row -> row.state() == BroadcastState.READY);
        isShownUntilItIsEnded(goLiveSlowly());
    }

    @Test
    void aLostAnswerToThatItIsBegunLeavesNoOtherBehind() {
        stage.faults.lose(row -> row.state() == BroadcastState.OPENING);
        isShownUntilItIsEnded(goLiveSlowly());
    }

    @Test
    void aLostAnswerToThatItEndsIsMadeUpFor() {
        var tube = stage.goLive("Tube");
        stage.faults.lose(row -> row.state() == BroadcastState.ENDING);
        stage.hangUp();
        assertThat(stage.faults.hasLost()).isTrue();
        stage.time.advance(Duration.ofMinutes(1));
        assertThat(stage.youtube.phase(tube)).contains(Phase.ENDED);
        assertThat(states()).containsExactly(BroadcastState.ENDED);
        assertThat(stage.youtube.asked(Question.END)).isEqualTo(1);
    }

    @Test
    void aLostAnswerWhileItIsLookedAtIsMadeUpFor() {
        var tube = stage.goLive("Tube");
        stage.faults.lose(row -> row.state() == BroadcastState.LIVE);
        stage.pass(40);
        isShownUntilItIsEnded(tube);
    }

    @Test
    void oneThatIsStoppedWhileTheDatabaseIsAwayIsEndedOnceItIsBack() {
        var twitch = stage.key("Twitch");
        var tube = stage.goLive("Tube");
        stage.faults.away(true);
        stage.live.streams().stop(stage.session, tube);
        stage.pass(5);
        assertThat(stage.youtube.phase(tube)).contains(Phase.LIVE);
        stage.pass(60);
        stage.faults.away(false);
        stage.pass(30);
        assertThat(stage.passedOn()).containsExactly(twitch);
        assertThat(stage.youtube.phase(tube)).contains(Phase.ENDED);
        assertThat(states()).containsExactly(BroadcastState.ENDED);
    }

    @Test
    void oneThatIsStoppedAndStartedWhileTheDatabaseIsAwayIsShownOnceInTheEnd() {
        stage.key("Twitch");
        var tube = stage.goLive("Tube");
        stage.faults.away(true);
        stage.live.streams().stop(stage.session, tube);
        stage.pass(1);
        stage.live.streams().start(stage.session, tube);
        stage.pass(20);
        stage.faults.away(false);
        stage.pass(120);
        stage.relay.connectDestination(stage.session, tube);
        stage.youtube.get(tube);
        stage.pass(10);
        assertThat(stage.status(tube).state()).isEqualTo(State.LIVE);
        assertThat(stage.youtube.running()).isEqualTo(1);
        stage.pass(180);
        assertThat(stage.status(tube).state()).isEqualTo(State.LIVE);
        stage.hangUp();
        stage.pass(1);
        assertThat(stage.youtube.running()).isZero();
        assertThat(states()).containsOnly(BroadcastState.ENDED);
    }

    @Test
    void aRowThatNobodyGoesOnWithIsGivenUpWhileTheStreamRuns() {
        outliving();
        stage.account("Tube");
        stage.key("Twitch");
        stage.youtube.refuse(Question.OPEN, new PlatformTrouble(true, null, "away", "Nobody answers."));
        stage.publish();
        stage.pass(1);
        stage.crash();
        stage.youtube.recover();
        stage.restart();
        stage.showUp();
        stage.pass(30);
        assertThat(states()).containsExactly(BroadcastState.FAILED, BroadcastState.READY);
    }

    @Test
    void aPlatformThatHangsHoldsUpNobodyWhoLooksWhatIsDue() throws Exception {
        var tube = stage.goLive("Tube");
        stage.youtube.during(Question.ADVANCE, this::hang);
        var passing = passUntilItHangs(20);
        promptly(() -> {
            stage.time.advance(Duration.ofMinutes(3));
            return null;
        });
        assertThat(rows().get(0).dueAt()).isAfter(stage.time.instant());
        stage.youtube.during(Question.ADVANCE, () -> {});
        hanging.countDown();
        passing.get(60, TimeUnit.SECONDS);
        stage.pass(60);
        stage.hangUp();
        stage.pass(1);
        assertThat(stage.youtube.phase(tube)).contains(Phase.ENDED);
    }

    @Test
    void aRowThatCannotBeWrittenHoldsUpNoOther() {
        var first = stage.account("Tube");
        var second = stage.goLive("Other");
        stage.relay.connectDestinations(stage.session);
        stage.youtube.get(first);
        stage.pass(10);
        assertThat(states()).containsExactly(BroadcastState.LIVE, BroadcastState.LIVE);
        stage.crash();
        var due = store().due(stage.time.instant().plus(Duration.ofHours(1)), 10);
        var bad = due.get(0).terms().destination();
        stage.faults.spoil(row -> row.terms().destination().equals(bad));
        stage.restart();
        stage.time.advance(Duration.ofMinutes(5));
        assertThat(stage.youtube.phase(bad)).contains(Phase.LIVE);
        assertThat(stage.youtube.phase(bad.equals(first) ? second : first)).contains(Phase.ENDED);
        stage.faults.spoil(row -> false);
        stage.time.advance(Duration.ofMinutes(1));
        assertThat(stage.youtube.running()).isZero();
    }

    /** Waits for as long as an application waits at its end. */
    @Test
    @Tag("once")
    void theApplicationEndsAlthoughAPlatformHangs() throws Exception {
        var first = stage.account("Tube");
        var second = stage.goLive("Other");
        stage.pass(10);
        var hangs = new ArrayList<Thread>();
        stage.youtube.during(Question.END, () -> {
            final boolean isFirst;
            synchronized (hangs) {
                hangs.add(Thread.currentThread());
                isFirst = hangs.size() == 1;
            }
            if (isFirst) {
                hang();
            }
        });
        promptly(() -> {
            stage.live.close();
            return null;
        });
        assertThat(List.of(
                        stage.youtube.phase(first).orElseThrow(),
                        stage.youtube.phase(second).orElseThrow()))
                .containsOnlyOnce(Phase.ENDED);
        assertThat(states()).containsExactlyInAnyOrder(BroadcastState.ENDING, BroadcastState.ENDED);
        hanging.countDown();
    }

    @Test
    void aChatThatTakesItsTimeToLeaveHoldsUpNoSignOfLife() throws Exception {
        stage.crash();
        stage.platform = withChat();
        stage.restart();
        stage.key("Twitch");
        var tube = stage.goLive("Tube");
        var stopping = threads.submit(() -> {
            stage.live.streams().stop(stage.session, tube);
            stage.pass(1);
        });
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
        promptly(() -> {
            stage.relay.heartbeat();
            return null;
        });
        hanging.countDown();
        stopping.get(60, TimeUnit.SECONDS);
        assertThat(stage.youtube.phase(tube)).contains(Phase.ENDED);
    }

    /** The platform with a chat that hangs when it is left. */
    private StreamProvider withChat() {
        var link = new CarriesChat.Link() {
            @Override
            public CarriesChat.Saying say(String text) {
                return new CarriesChat.Saying.Said();
            }

            @Override
            public void close() {
                hang();
            }
        };
        return (StreamProvider) Proxy.newProxyInstance(
                StreamProvider.class.getClassLoader(),
                new Class<?>[] {StreamProvider.class, KeepsVideos.class, CarriesChat.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "join" -> link;
                    case "longestText" -> 100;
                    case "hasChat" -> true;
                    default -> method.invoke(stage.youtube, arguments);
                });
    }

    @Test
    void whatIsRememberedOfAStreamIsToldWithoutTheDatabase() throws Exception {
        stage.goLive("Tube");
        stage.pass(10);
        stage.faults.whileSaving(this::hang);
        var passing = passUntilItHangs(60);
        assertThat(promptly(() -> stage.live.broadcasts().story(stage.session))).isPresent();
        hanging.countDown();
        passing.get(60, TimeUnit.SECONDS);
    }

    @Test
    void whatAStreamIsCalledIsStoredOnceTheDatabaseIsBack() {
        stage.live.broadcasts().describe("alice", StreamDetails.titled("An evening"));
        stage.key("Twitch");
        stage.faults.away(true);
        stage.publish();
        stage.pass(5);
        stage.faults.away(false);
        stage.pass(120);
        assertThat(store().stories(List.of(stage.session)).get(stage.session).details())
                .isEqualTo(StreamDetails.titled("An evening"));
    }

    @Test
    void whatWasCountedBeforeARestartIsNotLostWhereTheDatabaseIsAwayThen() {
        outliving();
        var tube = stage.goLive("Tube");
        stage.youtube.viewers(tube, 9L);
        stage.pass(60);
        stage.crash();
        stage.restart();
        stage.showUp();
        stage.faults.away(true);
        stage.pass(3);
        stage.faults.away(false);
        stage.relay.connectDestination(stage.session, tube);
        stage.youtube.viewers(tube, 2L);
        stage.pass(120);
        stage.hangUp();
        stage.pass(1);
        var viewers = store().stories(List.of(stage.session)).get(stage.session).viewers();
        assertThat(viewers).isNotNull();
        assertThat(viewers.peak()).isEqualTo(9);
        assertThat(viewers.counted()).isBetween(Duration.ofSeconds(145), Duration.ofSeconds(180));
    }

    @Test
    void viewersAreNotCountedWhileNothingFlows() {
        var tube = stage.goLive("Tube");
        stage.youtube.viewers(tube, 10L);
        stage.pass(60);
        stage.relay.destination(stage.session, tube, State.RETRYING, "The connection broke.");
        stage.pass(600);
        stage.hangUp();
        isCounted(Duration.ofSeconds(50), Duration.ofSeconds(61));
    }

    @Test
    void viewersAreNotCountedWhileThePlatformSaysNothing() {
        var tube = stage.goLive("Tube");
        stage.youtube.viewers(tube, 10L);
        stage.pass(60);
        stage.youtube.goAway();
        stage.pass(600);
        stage.youtube.recover();
        stage.hangUp();
        isCounted(Duration.ofSeconds(50), Duration.ofSeconds(70));
    }

    private void isCounted(Duration least, Duration most) {
        var viewers = rows().get(0).viewers();
        assertThat(viewers).isNotNull();
        assertThat(viewers.counted()).isBetween(least, most);
        var all = stage.live.broadcasts().story(stage.session).orElseThrow().viewers();
        assertThat(all).isNotNull();
        assertThat(all.counted()).isBetween(least, most);
    }

    @Test
    void numbersOfViewersThatCannotBeAreNotTakenAtTheirWord() {
        var first = stage.account("Tube");
        var second = stage.goLive("Other");
        stage.relay.connectDestinations(stage.session);
        stage.youtube.get(first);
        stage.youtube.viewers(first, Long.MAX_VALUE);
        stage.youtube.viewers(second, Long.MAX_VALUE);
        stage.pass(3600);
        var most = stage.status(first).broadcast();
        assertThat(most).isNotNull();
        assertThat(most.viewers()).isEqualTo(1_000_000_000);
        stage.youtube.viewers(first, -7L);
        stage.youtube.viewers(second, -7L);
        stage.pass(60);
        var least = stage.status(first).broadcast();
        assertThat(least).isNotNull();
        assertThat(least.viewers()).isZero();
        stage.hangUp();
        stage.pass(1);
        var all = stage.live.broadcasts().story(stage.session).orElseThrow().viewers();
        assertThat(all).isNotNull();
        assertThat(all.peak()).isEqualTo(2_000_000_000);
        assertThat(all.average()).isBetween(1_500_000_000L, 2_000_000_000L);
    }

    @Test
    void aRestartGoesOnWithTheNewestOfSeveralAndEndsTheOthers() {
        outliving();
        var tube = stage.goLive("Tube");
        stage.pass(35);
        var newest = rows().get(0);
        var older = new BroadcastId("brd-older");
        store().insert(copy(newest, older, newest.terms(), new BroadcastRef("youtube-0", "", null)));
        stage.crash();
        stage.restart();
        stage.showUp();
        stage.relay.connectDestination(stage.session, tube);
        stage.pass(10);
        assertThat(stage.status(tube).state()).isEqualTo(State.LIVE);
        assertThat(store().find(newest.id()).orElseThrow().state()).isEqualTo(BroadcastState.LIVE);
        assertThat(store().find(older).orElseThrow().state()).isEqualTo(BroadcastState.ENDED);
        assertThat(stage.youtube.phase(tube)).contains(Phase.LIVE);
    }

    private static BroadcastRecord copy(BroadcastRecord row, BroadcastId id, BroadcastTerms terms, BroadcastRef ref) {
        var before = new BroadcastTerms(
                terms.session(),
                terms.destination(),
                terms.owner(),
                terms.platform(),
                terms.name(),
                terms.account(),
                terms.openedAt().minusSeconds(1));
        return new BroadcastRecord(
                id,
                before,
                row.state(),
                "",
                ref,
                row.sealedTarget(),
                row.liveAt(),
                null,
                null,
                null,
                0,
                row.dueAt(),
                1);
    }

    @Test
    void aRestartDoesNotGoOnToAnAccountThatItsDestinationHasNoMore() {
        outliving();
        var tube = stage.goLive("Tube");
        stage.pass(35);
        stage.crash();
        var other = new AccountId("acc-other");
        stage.connect(other, new PlatformIdentity("UC2", "Other"));
        stage.restart();
        stage.live.destinations().change("alice", tube, Destination.account("youtube", "Tube", other));
        assertThat(stage.showUp()).isInstanceOf(Admission.Admitted.class);
        stage.pass(2);
        assertThat(rows()).extracting(row -> row.terms().account()).containsExactly(BroadcastStage.ACCOUNT, other);
        assertThat(states()).containsExactly(BroadcastState.ENDED, BroadcastState.READY);
    }

    @Test
    void whatIsShownForAnAccountIsEndedBeforeItIsDisconnected() {
        var twitch = stage.key("Twitch");
        var tube = stage.goLive("Tube");
        var wasThere = new ArrayList<Boolean>();
        stage.youtube.during(
                Question.END,
                () -> wasThere.add(
                        stage.live.accounts().find(BroadcastStage.ACCOUNT).isPresent()));
        assertThat(stage.live.accounts().disconnect("alice", BroadcastStage.ACCOUNT))
                .isTrue();
        assertThat(wasThere).containsExactly(true);
        assertThat(stage.youtube.phase(tube)).contains(Phase.ENDED);
        assertThat(states()).containsExactly(BroadcastState.ENDED);
        assertThat(stage.passedOn()).containsExactly(twitch);
        stage.pass(120);
        assertThat(stage.passedOn()).containsExactly(twitch);
        assertThat(stage.status(tube).state()).isEqualTo(State.FAILED);
        assertThat(stage.status(tube).detail())
                .isEqualTo("The account was disconnected; choose another one for this destination.");
        assertThat(rows()).hasSize(1);
    }

    @Test
    void whatCannotBeEndedWithoutItsAccountIsGivenUpAtOnce() {
        stage.goLive("Tube");
        stage.youtube.refuse(Question.END, new PlatformTrouble(true, null, "away", "Nobody answers."));
        stage.hangUp();
        stage.live.accounts().disconnect("alice", BroadcastStage.ACCOUNT);
        stage.youtube.recover();
        stage.time.advance(Duration.ofMinutes(1));
        assertThat(states()).containsExactly(BroadcastState.ENDED);
        assertThat(rows().get(0).detail())
                .isEqualTo("It may still be shown on Youtube: "
                        + "The account acc-alice is not connected any more; connect it again, or take another.");
    }
}

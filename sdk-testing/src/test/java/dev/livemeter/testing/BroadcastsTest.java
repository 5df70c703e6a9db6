package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.AccountId;
import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastIssue.Severity;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.BroadcastState;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.event.LiveEvent.BroadcastChanged;
import dev.livemeter.event.LiveEvent.DestinationChanged;
import dev.livemeter.event.LiveEvent.StreamWarned;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.testing.InMemoryVideoPlatform.Question;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams to connected accounts, from going live to the video in the history. A second costs ten cents to one destination, twice that to two or more. */
class BroadcastsTest {

    private final BroadcastStage stage = new BroadcastStage(InMemoryRelay.create());
    private final InMemoryVideoPlatform youtube = stage.youtube;

    @AfterEach
    void close() {
        stage.live.close();
    }

    private static PlatformTrouble trouble(boolean retryable, String message) {
        return new PlatformTrouble(retryable, null, "code", message);
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }

    @Test
    void goesLiveOnceThePlatformShowsIt() {
        var tube = stage.account("Tube");
        stage.publish();
        assertThat(stage.passedOn()).isEmpty();
        assertThat(stage.status(tube).state()).isEqualTo(State.PREPARING);
        assertThat(stage.status(tube).detail()).isEqualTo("Youtube is being asked to take the stream.");
        assertThat(stage.status(tube).broadcast()).isNull();

        stage.pass(1);
        assertThat(stage.passedOn()).containsExactly(tube);
        assertThat(stage.status(tube).state()).isEqualTo(State.WAITING);
        assertThat(youtube.account(tube)).contains(new AccountId("acc-alice"));

        stage.relay.connectDestination(stage.session, tube);
        assertThat(stage.status(tube).state()).isEqualTo(State.PREPARING);
        assertThat(stage.status(tube).detail()).isEqualTo("Tube gets the stream and does not show it yet.");
        youtube.get(tube);
        youtube.viewers(tube, 7L);
        stage.pass(3);
        assertThat(stage.status(tube).state()).isEqualTo(State.LIVE);
        var platform = stage.status(tube).broadcast();
        assertThat(platform).isNotNull();
        assertThat(platform.phase()).isEqualTo(Phase.LIVE);
        assertThat(platform.viewers()).isEqualTo(7);
        assertThat(platform.page()).isEqualTo(URI.create("https://youtube.invalid/watch/youtube-1"));

        stage.hangUp();
        assertThat(youtube.phase(tube)).contains(Phase.ENDED);
        assertThat(stage.told(DestinationChanged.class))
                .containsExactly(
                        "Tube is waiting.",
                        "Tube is connecting.",
                        "Tube is preparing: Tube gets the stream and does not show it yet.",
                        "Tube is live.");
        assertThat(stage.told(BroadcastChanged.class))
                .containsExactly(
                        "Tube is ready for the stream at https://youtube.invalid/watch/youtube-1.",
                        "Tube shows the stream at https://youtube.invalid/watch/youtube-1.",
                        "The broadcast on Tube is over.");
    }

    @Test
    void aStreamThatIsRefusedMakesNoBroadcast() {
        stage.account("Tube");
        stage.withoutMoney();
        assertThat(stage.relay.publish(stage.key)).isInstanceOf(Admission.Refused.class);
        stage.time.advance(Duration.ofMinutes(1));
        assertThat(youtube.opened()).isEmpty();
        assertThat(youtube.asked(Question.OPEN)).isZero();
    }

    @Test
    void isPaidForFromWhenItIsPushedTo() {
        var twitch = stage.key("Twitch");
        var tube = stage.account("Tube");
        youtube.refuse(Question.OPEN, trouble(true, "The platform is busy."));
        stage.publish();
        stage.relay.connectDestination(stage.session, twitch);
        stage.pass(4);
        assertThat(stage.running().cost()).isEqualTo(usd("0.40"));
        youtube.recover();
        stage.live.streams().retryNow(stage.session, tube);
        stage.pass(4);
        assertThat(stage.passedOn()).containsExactly(twitch, tube);
        // The second in which it was added counts once more at most.
        assertThat(stage.running().cost()).isBetween(usd("1.00"), usd("1.20"));
    }

    @Test
    void onlyItsPlatformDecidesWhetherAStreamIsShownAndTheRelayWhatWasDelivered() {
        var tube = stage.goLive("Tube");
        stage.pass(60);
        youtube.finish(tube);
        stage.pass(60);
        assertThat(stage.status(tube).state()).isEqualTo(State.FAILED);
        assertThat(stage.status(tube).detail())
                .isEqualTo(
                        "Tube says that the broadcast is over, while the stream still goes there. Try again for a new broadcast, or stop this destination.");
        assertThat(stage.passedOn()).containsExactly(tube);
        stage.hangUp();
        assertThat(stage.live.sessions().deliveries(stage.session).get(0).liveTime())
                .isBetween(Duration.ofSeconds(120), Duration.ofSeconds(124));
    }

    @Test
    void oneThatThePlatformEndedIsOpenedAnewWhereSomebodyWantsThat() {
        var tube = stage.goLive("Tube");
        youtube.finish(tube);
        stage.pass(10);
        stage.live.streams().retryNow(stage.session, tube);
        assertThat(stage.passedOn()).isEmpty();
        stage.pass(1);
        assertThat(stage.passedOn()).containsExactly(tube);
        assertThat(youtube.opened()).hasSize(2);
        stage.relay.connectDestination(stage.session, tube);
        youtube.get(tube);
        stage.pass(3);
        assertThat(stage.status(tube).state()).isEqualTo(State.LIVE);
        stage.hangUp();
        assertThat(stage.live.broadcasts().of(stage.session))
                .extracting(row -> row.state())
                .containsExactly(BroadcastState.ENDED, BroadcastState.ENDED);
        assertThat(youtube.running()).isZero();
    }

    @Test
    void aDeadPlatformDisturbsNoOther() {
        var twitch = stage.key("Twitch");
        var tube = stage.account("Tube");
        stage.publish();
        stage.pass(1);
        stage.relay.connectDestinations(stage.session);
        youtube.get(tube);
        youtube.viewers(tube, 3L);
        stage.pass(10);
        youtube.goAway();
        stage.pass(600);
        assertThat(stage.passedOn()).containsExactly(twitch, tube);
        assertThat(stage.status(twitch).state()).isEqualTo(State.LIVE);
        assertThat(stage.status(tube).state()).isEqualTo(State.LIVE);
        assertThat(stage.status(tube).detail())
                .isEqualTo("How it fares on Tube is not known at the moment: Youtube does not answer.");
        assertThat(youtube.asked(Question.ADVANCE)).isLessThan(20);
        youtube.recover();
        stage.pass(400);
        assertThat(stage.status(tube).detail()).isEmpty();
    }

    @Test
    void whatFailsForGoodIsToldAndTheOthersGoOn() {
        youtube.refuse(Question.OPEN, trouble(false, "Live streaming is off for this channel; switch it on there."));
        var twitch = stage.key("Twitch");
        var tube = stage.account("Tube");
        stage.publish();
        stage.pass(1);
        assertThat(stage.passedOn()).containsExactly(twitch);
        assertThat(stage.status(tube).state()).isEqualTo(State.FAILED);
        assertThat(stage.status(tube).detail())
                .isEqualTo("Live streaming is off for this channel; switch it on there.");
        stage.pass(600);
        assertThat(youtube.asked(Question.OPEN)).isEqualTo(1);
        assertThat(stage.told(BroadcastChanged.class))
                .containsExactly(
                        "Tube does not take the stream. Live streaming is off for this channel; switch it on there.");

        youtube.recover();
        stage.live.streams().retryNow(stage.session, tube);
        assertThat(stage.status(tube).state()).isEqualTo(State.PREPARING);
        stage.pass(1);
        assertThat(stage.passedOn()).containsExactly(twitch, tube);
        assertThat(stage.live.broadcasts().of(stage.session))
                .extracting(row -> row.state())
                .containsExactly(BroadcastState.FAILED, BroadcastState.READY);
    }

    @Test
    void whatFailsForAWhileIsTriedAgainNotBeforeThePlatformWants() {
        youtube.refuse(
                Question.OPEN,
                new PlatformTrouble(true, Duration.ofMinutes(5), "rateLimitExceeded", "Too many requests."));
        var tube = stage.account("Tube");
        stage.publish();
        stage.pass(1);
        assertThat(stage.status(tube).state()).isEqualTo(State.RETRYING);
        assertThat(stage.status(tube).lastError()).isEqualTo("Too many requests.");
        stage.pass(298);
        assertThat(youtube.asked(Question.OPEN)).isEqualTo(1);
        youtube.recover();
        stage.pass(10);
        assertThat(youtube.asked(Question.OPEN)).isEqualTo(2);
        assertThat(stage.passedOn()).containsExactly(tube);
    }

    @Test
    void isTriedAgainEverMoreRarelyOnOneRow() {
        youtube.refuse(Question.OPEN, trouble(true, "The platform is busy."));
        stage.account("Tube");
        stage.publish();
        stage.pass(300);
        assertThat(youtube.asked(Question.OPEN)).isBetween(5L, 10L);
        assertThat(stage.live.broadcasts().of(stage.session)).singleElement().satisfies(row -> {
            assertThat(row.state()).isEqualTo(BroadcastState.OPENING);
            assertThat(row.detail()).isEqualTo("The platform is busy.");
        });
        stage.hangUp();
        assertThat(stage.live.broadcasts().of(stage.session).get(0).state()).isEqualTo(BroadcastState.FAILED);
    }

    @Test
    void oneThatWasNotWantedAnyMoreWhenThePlatformAnsweredIsEnded() {
        var tube = stage.account("Tube");
        stage.publish();
        youtube.whileOpening(() -> {
            youtube.whileOpening(() -> {});
            stage.live.streams().stop(stage.session, tube);
        });
        stage.pass(5);
        assertThat(stage.passedOn()).isEmpty();
        assertThat(stage.status(tube).state()).isEqualTo(State.STOPPED);
        assertThat(youtube.phase(tube)).contains(Phase.ENDED);

        stage.live.streams().start(stage.session, tube);
        stage.pass(1);
        assertThat(stage.passedOn()).containsExactly(tube);
        assertThat(youtube.phase(tube)).contains(Phase.PREPARING);
    }

    @Test
    void oneThatIsOpenedWhenTheStreamIsOverIsEnded() {
        var tube = stage.account("Tube");
        stage.publish();
        youtube.whileOpening(() -> stage.relay.hangUp(stage.session));
        stage.pass(5);
        assertThat(youtube.phase(tube)).contains(Phase.ENDED);
        assertThat(stage.live.broadcasts().of(stage.session).get(0).state()).isEqualTo(BroadcastState.ENDED);
    }

    @Test
    void whatIsRemovedOrStoppedOnAirIsEndedThere() {
        var twitch = stage.key("Twitch");
        var tube = stage.goLive("Tube");
        stage.live.destinations().enable("alice", tube, false);
        stage.pass(1);
        assertThat(stage.passedOn()).containsExactly(twitch);
        assertThat(youtube.phase(tube)).contains(Phase.ENDED);
        stage.live.destinations().enable("alice", tube, true);
        stage.pass(1);
        assertThat(stage.passedOn()).containsExactly(twitch, tube);
        stage.live.streams().stop(stage.session, tube);
        stage.pass(1);
        assertThat(youtube.running()).isZero();
    }

    @Test
    void anotherNameAsksNobodyAgain() {
        var tube = stage.goLive("Tube");
        stage.rename(tube, "Other");
        stage.pass(5);
        assertThat(stage.status(tube).name()).isEqualTo("Other");
        assertThat(stage.status(tube).state()).isEqualTo(State.LIVE);
        assertThat(youtube.asked(Question.OPEN)).isEqualTo(1);
    }

    @Test
    void whatThePlatformFindsWrongIsWarnedOfOnce() {
        var tube = stage.goLive("Tube");
        var gop = new BroadcastIssue(Severity.ERROR, "gopSizeLong", "Keyframes come too seldom; set 2 s.");
        var note = new BroadcastIssue(Severity.NOTE, "bitrateHigh", "The bitrate is high.");
        youtube.find(tube, gop, note);
        stage.pass(20);
        assertThat(stage.told(StreamWarned.class)).containsExactly("Tube: Keyframes come too seldom; set 2 s.");
        assertThat(stage.live.streams().warnings(stage.session)).singleElement().satisfies(warning -> {
            assertThat(warning.code()).isEqualTo("gopSizeLong");
            assertThat(warning.destination()).isEqualTo(tube);
        });
        youtube.find(tube);
        stage.pass(20);
        assertThat(stage.live.streams().warnings(stage.session)).isEmpty();
    }

    @Test
    void aStepThatThePlatformRefusesIsToldWithWhatToDo() {
        var tube = stage.account("Tube");
        stage.publish();
        stage.pass(1);
        youtube.refuse(Question.ADVANCE, trouble(false, "Live streaming was blocked; look into the studio there."));
        stage.relay.connectDestination(stage.session, tube);
        stage.pass(3);
        assertThat(stage.status(tube).state()).isEqualTo(State.FAILED);
        assertThat(stage.status(tube).detail()).isEqualTo("Live streaming was blocked; look into the studio there.");
        assertThat(stage.passedOn()).containsExactly(tube);
        youtube.recover();
        youtube.get(tube);
        stage.live.streams().retryNow(stage.session, tube);
        stage.pass(1);
        assertThat(stage.status(tube).state()).isEqualTo(State.LIVE);
        assertThat(youtube.asked(Question.OPEN)).isEqualTo(1);
    }

    @Test
    void isEndedWhereAnEmptyWalletCutsTheStream() {
        stage.spend("5.00");
        var tube = stage.goLive("Tube");
        stage.pass(60);
        assertThat(stage.stored().end()).isEqualTo(new SessionEnd.FundsExhausted());
        assertThat(youtube.phase(tube)).contains(Phase.ENDED);
        assertThat(stage.live.broadcasts().of(stage.session).get(0).state()).isEqualTo(BroadcastState.ENDED);
    }

    @Test
    void isEndedOnceThePlatformAnswersAgain() {
        var tube = stage.goLive("Tube");
        youtube.refuse(Question.END, trouble(true, "Youtube does not answer."));
        stage.hangUp();
        assertThat(youtube.phase(tube)).contains(Phase.LIVE);
        assertThat(stage.live.broadcasts().of(stage.session).get(0).state()).isEqualTo(BroadcastState.ENDING);
        stage.time.advance(Duration.ofHours(3));
        assertThat(youtube.asked(Question.END)).isBetween(8L, 20L);
        youtube.recover();
        stage.time.advance(Duration.ofHours(2));
        assertThat(youtube.phase(tube)).contains(Phase.ENDED);
        assertThat(stage.live.broadcasts().of(stage.session).get(0).state()).isEqualTo(BroadcastState.ENDED);
    }

    @Test
    void isGivenUpAfterADay() {
        stage.goLive("Tube");
        youtube.goAway();
        stage.hangUp();
        stage.time.advance(Duration.ofHours(26));
        var asked = youtube.asked(Question.END);
        stage.time.advance(Duration.ofHours(50));
        assertThat(youtube.asked(Question.END)).isEqualTo(asked);
        assertThat(stage.live.broadcasts().of(stage.session)).singleElement().satisfies(row -> {
            assertThat(row.state()).isEqualTo(BroadcastState.ENDED);
            assertThat(row.video()).isNull();
            assertThat(row.dueAt()).isNull();
            assertThat(row.detail()).isEqualTo("No video was found on Youtube within a day.");
        });
    }

    @Test
    void theVideoIsFoundHoursLater() {
        var tube = stage.goLive("Tube");
        stage.hangUp();
        stage.time.advance(Duration.ofHours(3));
        assertThat(youtube.asked(Question.VIDEO)).isBetween(5L, 12L);
        assertThat(stage.live.broadcasts().of(stage.session).get(0).video()).isNull();
        var video = URI.create("https://youtube.invalid/video/1");
        youtube.keep(tube, video);
        stage.time.advance(Duration.ofHours(6));
        assertThat(stage.live.broadcasts().of(stage.session)).singleElement().satisfies(row -> {
            assertThat(row.video()).isEqualTo(video);
            assertThat(row.dueAt()).isNull();
        });
        var asked = youtube.asked(Question.VIDEO);
        stage.time.advance(Duration.ofHours(30));
        assertThat(youtube.asked(Question.VIDEO)).isEqualTo(asked);
        assertThat(stage.told(BroadcastChanged.class))
                .endsWith("The video of the stream on Tube is there at https://youtube.invalid/video/1.");
    }

    @Test
    void aVideoThatWillNotComeIsNotLookedForAnyMore() {
        var tube = stage.goLive("Tube");
        stage.hangUp();
        youtube.discard(tube);
        stage.time.advance(Duration.ofMinutes(5));
        assertThat(youtube.asked(Question.VIDEO)).isEqualTo(1);
        assertThat(stage.live.broadcasts().of(stage.session).get(0).detail()).isEqualTo("Youtube kept no video of it.");
    }

    @Test
    void viewersAreCountedForEachDestinationAndForAllTogether() {
        youtube.interval(Duration.ofSeconds(1));
        var one = stage.account("One");
        var two = stage.account("Two");
        stage.publish();
        stage.pass(1);
        stage.relay.connectDestinations(stage.session);
        youtube.get(one);
        youtube.get(two);
        youtube.viewers(one, 10L);
        youtube.viewers(two, 0L);
        stage.pass(102);
        youtube.viewers(one, 0L);
        youtube.viewers(two, 8L);
        stage.pass(100);
        stage.hangUp();
        var rows = stage.live.broadcasts().of(stage.session);
        assertThat(rows).extracting(row -> row.viewers().peak()).containsExactly(10L, 8L);
        assertThat(rows).extracting(row -> row.viewers().average()).containsExactly(5L, 4L);
        var together =
                stage.live.broadcasts().story(stage.session).orElseThrow().viewers();
        // Not the sum of the peaks: they did not watch at the same time.
        assertThat(together.peak()).isBetween(10L, 18L);
        assertThat(together.average()).isEqualTo(9);
    }

    @Test
    void whatWasSaidOfAStreamGoesWithItAndStaysForTheNext() {
        var said = new StreamDetails("An evening", "With songs.", "Music", Privacy.UNLISTED);
        stage.live.broadcasts().describe("alice", said);
        assertThat(stage.live.broadcasts().details("alice")).isEqualTo(said);
        var tube = stage.goLive("Tube");
        assertThat(youtube.opened().get(0).details()).isEqualTo(said);
        var next = StreamDetails.titled("Another evening");
        stage.live.broadcasts().describe("alice", next);
        var first = stage.session;
        stage.hangUp();
        assertThat(stage.live.broadcasts().story(first).orElseThrow().details()).isEqualTo(said);
        stage.publish();
        stage.pass(1);
        assertThat(youtube.opened().get(1).details()).isEqualTo(next);
        assertThat(youtube.phase(tube)).contains(Phase.PREPARING);
    }

    @Test
    void aStreamWithoutAccountsRemembersWhatItWasCalled() {
        stage.key("Twitch");
        stage.publish();
        stage.pass(1);
        stage.hangUp();
        assertThat(stage.live.broadcasts().story(stage.session)).isEmpty();
        stage.live.broadcasts().describe("alice", StreamDetails.titled("An evening"));
        stage.publish();
        stage.pass(1);
        stage.hangUp();
        var story = stage.live.broadcasts().story(stage.session).orElseThrow();
        assertThat(story.details().title()).isEqualTo("An evening");
        assertThat(story.viewers()).isNull();
    }

    @Test
    void somebodyWhoSaidNothingStreamsUnderAPlainTitle() {
        stage.goLive("Tube");
        assertThat(youtube.opened().get(0).details()).isEqualTo(StreamDetails.titled("Live stream"));
        assertThat(stage.live.broadcasts().story(stage.session).orElseThrow().details())
                .isEqualTo(StreamDetails.titled("Live stream"));
    }

    @Test
    void aTargetThatTheRelayCannotPushToIsToldAndEnded() {
        stage.relay.objecting(target -> java.util.Optional.of("A private address is not allowed."));
        var tube = stage.account("Tube");
        stage.publish();
        stage.pass(2);
        assertThat(stage.status(tube).state()).isEqualTo(State.FAILED);
        assertThat(stage.status(tube).detail()).isEqualTo("A private address is not allowed.");
        assertThat(youtube.running()).isZero();
    }

    @Test
    void nothingIsAskedWhileTheRelayDoesNotGetThrough() {
        var tube = stage.goLive("Tube");
        stage.relay.retries(stage.session, tube, "The server closed the connection.", Duration.ofSeconds(30));
        assertThat(stage.status(tube).state()).isEqualTo(State.RETRYING);
        var asked = youtube.asked(Question.ADVANCE);
        stage.pass(120);
        assertThat(youtube.asked(Question.ADVANCE)).isEqualTo(asked);
        stage.relay.connectDestination(stage.session, tube);
        stage.pass(3);
        assertThat(youtube.asked(Question.ADVANCE)).isGreaterThan(asked);
        assertThat(stage.status(tube).state()).isEqualTo(State.LIVE);
    }

    @Test
    void theTargetIsNowhereToBeRead() {
        var tube = stage.goLive("Tube");
        var row = stage.live.broadcasts().of(stage.session).get(0);
        assertThat(row.toString()).doesNotContain("key-of-");
        assertThat(stage.status(tube).toString()).doesNotContain("key-of-");
        assertThat(stage.events.toString()).doesNotContain("key-of-");
    }
}

package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.BroadcastState;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.testing.InMemoryVideoPlatform.Question;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The application dies at each step of a broadcast and comes back, with streams that end with it and with streams that go on. */
class BroadcastsAfterACrashTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static BroadcastStage dying() {
        return new BroadcastStage(InMemoryRelay.create());
    }

    private static BroadcastStage outliving() {
        return new BroadcastStage(InMemoryRelay.outliving(PATIENCE));
    }

    private static BroadcastState state(BroadcastStage stage) {
        var rows = stage.live.broadcasts().of(stage.session);
        return rows.get(rows.size() - 1).state();
    }

    @Test
    void oneThatWasNeverAskedForIsNotMade() {
        var stage = dying();
        stage.account("Tube");
        stage.publish();
        stage.crash();
        stage.restart();
        stage.time.advance(Duration.ofMinutes(5));
        assertThat(stage.youtube.opened()).isEmpty();
        stage.live.close();
    }

    @Test
    void oneThatWasBeingOpenedIsWrittenDownAsNotShown() {
        var stage = dying();
        stage.account("Tube");
        stage.publish();
        stage.youtube.whileOpening(() -> {
            throw new OutOfMemoryError("as if the process died here");
        });
        try {
            stage.time.runDue();
        } catch (OutOfMemoryError died) {
            assertThat(died).hasMessageContaining("died");
        }
        assertThat(state(stage)).isEqualTo(BroadcastState.OPENING);
        stage.crash();
        stage.restart();
        stage.time.advance(Duration.ofMinutes(1));
        assertThat(state(stage)).isEqualTo(BroadcastState.FAILED);
        assertThat(stage.live.broadcasts().of(stage.session).get(0).detail())
                .isEqualTo(
                        "The application was away before the platform answered; what it may have made is not shown.");
        stage.live.close();
    }

    @Test
    void oneThatWasReadyIsEndedByTheNextStart() {
        var stage = dying();
        var tube = stage.account("Tube");
        stage.publish();
        stage.pass(1);
        isEndedByTheNextStart(stage, tube);
    }

    @Test
    void oneThatWasLiveIsEndedByTheNextStart() {
        var stage = dying();
        var tube = stage.goLive("Tube");
        stage.pass(45);
        isEndedByTheNextStart(stage, tube);
    }

    private static void isEndedByTheNextStart(BroadcastStage stage, DestinationId tube) {
        stage.crash();
        stage.time.advance(Duration.ofSeconds(20));
        assertThat(stage.youtube.phase(tube).orElseThrow()).isNotEqualTo(Phase.ENDED);
        stage.restart();
        assertThat(stage.youtube.phase(tube)).contains(Phase.ENDED);
        assertThat(state(stage)).isEqualTo(BroadcastState.ENDED);
        assertThat(stage.youtube.asked(Question.END)).isEqualTo(1);
        stage.live.close();
    }

    @Test
    void oneThatCouldNotBeEndedIsEndedByTheNextStart() {
        var stage = dying();
        var tube = stage.goLive("Tube");
        stage.youtube.refuse(Question.END, new PlatformTrouble(true, null, "away", "Nobody answers."));
        stage.hangUp();
        stage.crash();
        stage.youtube.recover();
        stage.restart();
        stage.time.advance(Duration.ofMinutes(2));
        assertThat(stage.youtube.phase(tube)).contains(Phase.ENDED);
        stage.live.close();
    }

    @Test
    void aVideoIsLookedForByTheNextStart() {
        var stage = dying();
        var tube = stage.goLive("Tube");
        stage.hangUp();
        stage.crash();
        var video = URI.create("https://youtube.invalid/video/1");
        stage.youtube.keep(tube, video);
        stage.time.advance(Duration.ofHours(2));
        stage.restart();
        stage.time.advance(Duration.ofMinutes(1));
        assertThat(stage.live.broadcasts().of(stage.session).get(0).video()).isEqualTo(video);
        stage.live.close();
    }

    @Test
    void anOrderlyEndOfTheApplicationEndsWhatItShows() {
        var stage = dying();
        var tube = stage.goLive("Tube");
        stage.live.close();
        assertThat(stage.youtube.phase(tube)).contains(Phase.ENDED);
        assertThat(state(stage)).isEqualTo(BroadcastState.ENDED);
    }

    @Test
    void aStreamThatOutlivesTheApplicationGoesOnToTheSameBroadcast() {
        var stage = outliving();
        var tube = stage.goLive("Tube");
        stage.youtube.viewers(tube, 5L);
        stage.pass(60);
        var target = stage.relay.pushes(stage.session).get(0);
        stage.crash();
        stage.restart();
        assertThat(stage.showUp())
                .isInstanceOfSatisfying(
                        Admission.Admitted.class,
                        admitted -> assertThat(admitted.pushes()).containsExactly(target));
        stage.relay.connectDestination(stage.session, tube);
        stage.pass(5);
        assertThat(stage.status(tube).state()).isEqualTo(State.LIVE);
        assertThat(stage.youtube.asked(Question.OPEN)).isEqualTo(1);
        assertThat(stage.youtube.running()).isEqualTo(1);
        stage.youtube.viewers(tube, 9L);
        stage.pass(60);
        stage.hangUp();
        assertThat(stage.youtube.phase(tube)).contains(Phase.ENDED);
        var row = stage.live.broadcasts().of(stage.session).get(0);
        assertThat(row.viewers().peak()).isEqualTo(9);
        assertThat(row.viewers().counted()).isBetween(Duration.ofSeconds(85), Duration.ofSeconds(125));
        assertThat(stage.live
                        .broadcasts()
                        .story(stage.session)
                        .orElseThrow()
                        .viewers()
                        .peak())
                .isEqualTo(9);
        stage.live.close();
    }

    @Test
    void oneThatWasNotOpenedYetIsAskedForAgainWhereTheStreamGoesOn() {
        var stage = outliving();
        var tube = stage.account("Tube");
        stage.key("Twitch");
        stage.youtube.refuse(Question.OPEN, new PlatformTrouble(true, null, "away", "Nobody answers."));
        stage.publish();
        stage.pass(1);
        assertThat(state(stage)).isEqualTo(BroadcastState.OPENING);
        stage.crash();
        stage.youtube.recover();
        stage.restart();
        stage.showUp();
        stage.pass(1);
        assertThat(stage.youtube.opened()).hasSize(1);
        assertThat(stage.relay.pushes(stage.session))
                .anyMatch(push -> push.destination().equals(tube));
        stage.live.close();
    }

    @Test
    void aStreamThatDoesNotShowUpIsEndedOnItsPlatform() {
        var stage = outliving();
        var tube = stage.goLive("Tube");
        stage.crash();
        stage.restart();
        assertThat(stage.youtube.phase(tube)).contains(Phase.LIVE);
        stage.time.advance(PATIENCE.plusSeconds(1));
        assertThat(stage.youtube.phase(tube)).contains(Phase.ENDED);
        assertThat(state(stage)).isEqualTo(BroadcastState.ENDED);
        stage.live.close();
    }

    @Test
    void anOrderlyRestartLeavesABroadcastThatGoesOn() {
        var stage = outliving();
        var tube = stage.goLive("Tube");
        stage.live.close();
        assertThat(stage.youtube.phase(tube)).contains(Phase.LIVE);
        stage.relay = stage.relay.successor();
        stage.restart();
        stage.showUp();
        stage.relay.connectDestination(stage.session, tube);
        stage.pass(5);
        assertThat(stage.status(tube).state()).isEqualTo(State.LIVE);
        stage.hangUp();
        assertThat(stage.youtube.phase(tube)).contains(Phase.ENDED);
        stage.live.close();
    }
}

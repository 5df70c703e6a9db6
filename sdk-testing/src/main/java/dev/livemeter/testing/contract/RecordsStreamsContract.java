package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.recording.RecordingId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RecordsStreams;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayController;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What a relay keeps that {@linkplain RecordsStreams records}: the rules of {@code docs/contracts/records-streams.md}. Extend it, supply a relay of which the next one finds what was left,
 * and publishers, inherit the tests.
 */
public abstract class RecordsStreamsContract extends RelayFixture {

    private static final RecordingId FIRST = new RecordingId("rec-kit-first");
    private static final RecordingId SECOND = new RecordingId("rec-kit-second");

    /** Enough for a file that plays, for relays with real media. */
    private static final long SOME_BYTES = 20_000;

    private final RecordingWitness recordings = new RecordingWitness();

    /** For those who extend it. */
    protected RecordsStreamsContract() {}

    /** The relay of the application's next life, at the same place as that one; it is not open. The kit closes it. */
    protected abstract RelayController successor(RelayController closed);

    /** Looks whether this is what was recorded, as long as it says. */
    protected abstract void assertPlays(byte[] media, Duration length) throws Exception;

    @Override
    final void beforeOpen(RelayController closed) {
        recording(closed).recordFor(recordings);
    }

    private static RecordsStreams recording(RelayController relay) {
        assertThat(relay).isInstanceOf(RecordsStreams.class);
        return (RecordsStreams) relay;
    }

    @Test
    @Rule({"RCS-01", "RCS-02", "RCS-03", "RCS-04"})
    void recordsOneThingAtATimeFromTheOrderToTheOrder() throws Exception {
        var live = admitted(KEY);
        record(live.session(), FIRST);
        assertThat(recording(relay).startRecording(live.session(), SECOND)).isFalse();
        recording(relay).stopRecording(live.session(), SECOND);
        recording(relay).stopRecording(live.session(), FIRST);
        recording(relay).stopRecording(live.session(), FIRST);
        awaitKept(FIRST, "");

        record(live.session(), SECOND);
        recording(relay).stopRecording(live.session(), FIRST);
        var bytes = recordings.bytesOf(SECOND);
        await("the second one grows on", () -> recordings.bytesOf(SECOND) > bytes);
        recording(relay).stopRecording(live.session(), SECOND);
        awaitKept(SECOND, "");
        assertThat(live.publisher().isConnected()).isTrue();
        assertThat(authority.ends).isEmpty();
    }

    @Test
    @Rule("RCS-05")
    void theEndOfAStreamIsTheEndOfItsRecording() throws Exception {
        var live = admitted(KEY);
        record(live.session(), FIRST);
        live.publisher().stop();
        awaitEnd(live.session(), EndCause.LEFT);
        awaitKept(FIRST, "");
        assertThat(recording(relay).startRecording(live.session(), SECOND)).isFalse();
        assertThat(recording(relay).startRecording(new SessionId("nobody-at-all-0001"), SECOND))
                .isFalse();
        recording(relay).stopRecording(new SessionId("nobody-at-all-0001"), SECOND);
        watch(() -> assertThat(recordings.ends).containsOnlyKeys(FIRST));
    }

    @Test
    @Rule({"RCS-06", "RCS-07"})
    void whatMayNotGrowOnEndsAloneAndIsKeptUntilItIsTaken() throws Exception {
        var live = admitted(KEY);
        record(live.session(), FIRST);
        recordings.away = true;
        recordings.objection = "The kit has no more room.";
        await("it is brought in vain", () -> recordings.brought.contains(FIRST));
        assertThat(recordings.failed).isEmpty();
        recordings.away = false;
        awaitKept(FIRST, "The kit has no more room.");
        assertThat(live.publisher().isConnected()).isTrue();
        assertThat(authority.ends).isEmpty();
    }

    @Test
    @Rule({"RCS-08", "RCS-09"})
    void theNextLifeFinishesWhatIsWantedStillAndForgetsTheRest() throws Exception {
        var wanted = admitted(KEY);
        var unwanted = admitted(KEY + "b");
        recordings.away = true;
        record(wanted.session(), FIRST);
        record(unwanted.session(), SECOND);
        wanted.publisher().stop();
        unwanted.publisher().stop();
        await("both are brought in vain", () -> recordings.brought.containsAll(List.of(FIRST, SECOND)));
        relay.close();
        assertThat(recordings.kept).isEmpty();
        assertThat(recordings.failed).isEmpty();

        recordings.away = false;
        recordings.wanted.remove(SECOND);
        relay = successor(relay);
        beforeOpen(relay);
        relay.open(authority);
        await("it is kept", () -> recordings.kept.containsKey(FIRST));
        assertKeptPlays(FIRST);
        watch(() -> {
            assertThat(recordings.kept).containsOnlyKeys(FIRST);
            assertThat(recordings.failed).isEmpty();
        });
        relay.close();
        recordings.wanted.put(SECOND, unwanted.session());
        recordings.brought.clear();
        relay = successor(relay);
        beforeOpen(relay);
        relay.open(authority);
        watch(() -> assertThat(recordings.brought).isEmpty());
    }

    @Test
    @Rule("RCS-10")
    void whoseRecordingsNobodyAskedForRecordsNothing() {
        relay.close();
        relay = newRelay();
        authority = new RelayWitness();
        ingest = relay.open(authority);
        var live = admitted(KEY);
        assertThat(recording(relay).startRecording(live.session(), FIRST)).isFalse();
        recording(relay).stopRecording(live.session(), FIRST);
        assertThat(live.publisher().isConnected()).isTrue();
    }

    private void record(SessionId session, RecordingId id) {
        recordings.wanted.put(id, session);
        assertThat(recording(relay).startRecording(session, id)).isTrue();
        await("it grows", () -> recordings.bytesOf(id) > SOME_BYTES);
        assertThat(recordings.ends).doesNotContainKey(id);
    }

    private void awaitKept(RecordingId id, String why) throws Exception {
        await("it is kept", () -> recordings.kept.containsKey(id) || recordings.failed.containsKey(id));
        assertThat(recordings.failed).isEmpty();
        assertThat(recordings.ends.get(id)).isNotEmpty().allMatch(why::equals);
        assertKeptPlays(id);
    }

    private void assertKeptPlays(RecordingId id) throws Exception {
        var kept = Objects.requireNonNull(recordings.kept.get(id));
        assertPlays(kept.media, kept.length);
    }
}

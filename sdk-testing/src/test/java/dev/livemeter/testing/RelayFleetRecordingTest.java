package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RecordingAuthority;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayController;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Recordings of a fleet are made where the stream is. */
class RelayFleetRecordingTest {

    private static final HostCapacity ROOM = HostCapacity.megabits(100);
    private static final RecordingId FIRST = new RecordingId("recording-0001");

    private final ManualTime time = ManualTime.create();
    private final InMemoryRelay one = InMemoryRelay.at("one.test");
    private final InMemoryRelay two = InMemoryRelay.at("two.test");

    private RelayFleet fleet(RelayController second) {
        return RelayFleet.builder()
                .host("one", one, ROOM)
                .host("two", second, ROOM)
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .build();
    }

    @Test
    void aStreamIsRecordedByTheHostThatItCameTo() {
        var fleet = fleet(two);
        fleet.recordFor(new Deaf());
        fleet.open(new NamedAuthority());
        var session = ((Admission.Admitted) two.publish("alice")).session();

        assertThat(fleet.startRecording(session, FIRST)).isTrue();
        assertThat(two.recording(session)).contains(FIRST);
        assertThat(one.recording(session)).isEmpty();
        fleet.stopRecording(session, FIRST);
        assertThat(two.recording(session)).isEmpty();

        assertThat(fleet.startRecording(new SessionId("nobody-at-all-0001"), FIRST))
                .isFalse();
        fleet.stopRecording(new SessionId("nobody-at-all-0001"), FIRST);
        fleet.close();
    }

    @Test
    void aHostThatCannotRecordIsNamed() {
        assertThatThrownBy(() -> fleet(new Passing()).recordFor(new Deaf()))
                .isInstanceOf(LivemeterException.class)
                .hasMessage(
                        "Streams are to be recorded, and the relay host two cannot. Give the fleet hosts that all can, or leave recording out.")
                .extracting(thrown -> ((LivemeterException) thrown).code())
                .isEqualTo("relay.cannot_record");
    }

    /** Wants nothing of what is recorded. */
    private static final class Deaf implements RecordingAuthority {
        @Override
        public Optional<SessionId> sessionOf(RecordingId recording) {
            return Optional.empty();
        }

        @Override
        public Optional<String> objectionTo(RecordingId recording, long bytes, Duration length) {
            return Optional.empty();
        }

        @Override
        public void ended(RecordingId recording, String why) {}

        @Override
        public void finished(RecordingId recording, Media media) {}

        @Override
        public void failed(RecordingId recording, String why) {}
    }

    /** A relay that can only pass on. */
    private static final class Passing implements RelayController {
        @Override
        public Ingest open(RelayAuthority authority) {
            throw new LivemeterException("relay.not_started", "Not today.", true, null);
        }

        @Override
        public void disconnect(SessionId session) {}

        @Override
        public void pushTo(SessionId session, List<Push> pushes) {}

        @Override
        public void retryNow(SessionId session, DestinationId destination) {}

        @Override
        public Optional<String> objectionTo(PushTarget target) {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }
}

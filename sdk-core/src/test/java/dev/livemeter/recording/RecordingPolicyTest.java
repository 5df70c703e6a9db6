package dev.livemeter.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.identity.UserId;
import dev.livemeter.recording.RecordingPolicy.Mode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingPolicyTest {

    @Test
    void recordsNobodyUnlessTold() {
        assertThat(RecordingPolicy.builder().build().modeOf(UserId.of("alice"))).isEqualTo(Mode.OFF);
    }

    @Test
    void asksThePlanOfEachUser() {
        var policy = RecordingPolicy.builder()
                .modes(user -> user.value().equals("alice") ? Mode.AUTOMATIC : Mode.MANUAL)
                .build();
        assertThat(policy.modeOf(UserId.of("alice"))).isEqualTo(Mode.AUTOMATIC);
        assertThat(policy.modeOf(UserId.of("bob"))).isEqualTo(Mode.MANUAL);
    }

    @Test
    void aPlanThatCannotBeReadRecordsNothing() {
        var policy = RecordingPolicy.builder()
                .modes(user -> {
                    throw new IllegalStateException("The plans are away.");
                })
                .build();
        assertThat(policy.modeOf(UserId.of("alice"))).isEqualTo(Mode.OFF);
    }

    @Test
    void tellsEveryFaultTogether() {
        assertThatThrownBy(() -> RecordingPolicy.builder()
                        .retention(Duration.ofSeconds(59))
                        .longest(Duration.ofDays(8))
                        .bytesPerUser(0)
                        .build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        thrown -> assertThat(thrown.faults())
                                .isEqualTo(
                                        List.of(
                                                "Recordings are to be kept for 59 seconds; expected at least 60, and no recordings where none are to be kept.",
                                                "The longest recording is 691200 seconds; expected 1 to 604800.",
                                                "The room for recordings is 0 bytes for each user and 500000000000 in all; expected at least 1.")));
    }

    @Test
    void sizesAndLengthsAreSaidAsPeopleSayThem() {
        assertThat(List.of(
                        RecordingRoom.spoken(999),
                        RecordingRoom.spoken(1_000),
                        RecordingRoom.spoken(20_000_000_000L),
                        RecordingRoom.spoken(1_590_000_000L)))
                .containsExactly("999 bytes", "1 kB", "20 GB", "1.5 GB");
        assertThat(List.of(
                        RecordingRoom.spoken(Duration.ofHours(12)),
                        RecordingRoom.spoken(Duration.ofMinutes(1)),
                        RecordingRoom.spoken(Duration.ofSeconds(90))))
                .containsExactly("12 hours", "1 minute", "90 seconds");
    }
}

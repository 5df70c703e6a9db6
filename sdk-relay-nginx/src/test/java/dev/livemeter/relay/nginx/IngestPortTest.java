package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IngestPortTest {

    private final Set<Integer> busy = new HashSet<>();
    private int next = 40_001;

    private IngestPort port(int named, int before) {
        return IngestPort.of(named, before, () -> next++, port -> !busy.contains(port));
    }

    @Test
    void oneThatTheHostNamesStaysHoweverOftenItIsTaken() {
        var port = port(1935, 0);
        busy.add(1935);
        avoid(port, 100);
        assertThat(port.number()).isEqualTo(1935);
    }

    @Test
    void oneThatNobodyKnowsYetIsChosenAnewAtOnce() {
        var port = port(0, 0);
        assertThat(port.number()).isEqualTo(40_001);
        busy.add(40_001);
        avoid(port, 1);
        assertThat(port.number()).isEqualTo(40_002);
    }

    @Test
    void anotherPortThatIsTakenChangesNothing() {
        var port = port(0, 0);
        avoid(port, 100);
        assertThat(port.number()).isEqualTo(40_001);
    }

    @Test
    void oneThatEncodersKnowStaysForSomeTries() {
        var port = port(0, 0);
        port.works();
        busy.add(40_001);
        avoid(port, IngestPort.TAKEN_AT_MOST);
        assertThat(port.number()).isEqualTo(40_001);
        avoid(port, 1);
        assertThat(port.number()).isEqualTo(40_002);
    }

    @Test
    void triesOfAnEarlierDeathDoNotCount() {
        var port = port(0, 0);
        port.works();
        busy.add(40_001);
        avoid(port, IngestPort.TAKEN_AT_MOST);
        port.works();
        avoid(port, IngestPort.TAKEN_AT_MOST);
        assertThat(port.number()).isEqualTo(40_001);
    }

    @Test
    void oneOfAnEarlierProcessIsKnownToEncoders() {
        var port = port(0, 50_000);
        busy.add(50_000);
        avoid(port, IngestPort.TAKEN_AT_MOST);
        assertThat(port.number()).isEqualTo(50_000);
        avoid(port, 1);
        assertThat(port.number()).isEqualTo(40_001);
    }

    @Test
    void whereEncodersDoNotComeThereIsNone() {
        var port = IngestPort.none();
        avoid(port, 10);
        assertThat(port.number()).isZero();
    }

    private static void avoid(IngestPort port, int times) {
        for (var time = 0; time < times; time++) {
            port.avoidIfTaken();
        }
    }
}

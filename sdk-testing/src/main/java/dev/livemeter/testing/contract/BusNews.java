package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.spi.SignalingBus;
import dev.livemeter.spi.SignalingBus.Holding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a node hears, a line for each. Thread-safe. */
final class BusNews implements SignalingBus.Hearer {

    private final List<String> lines = new ArrayList<>();

    private synchronized void note(String line) {
        lines.add(line);
        notifyAll();
    }

    synchronized List<String> heard() {
        return List.copyOf(lines);
    }

    void awaits(String line) throws InterruptedException {
        await(line, 1);
    }

    /** Waits until something that was heard before is heard once more. */
    void awaitsAnother(String line) throws InterruptedException {
        await(line, 2);
    }

    private synchronized void await(String line, int times) throws InterruptedException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PeerClient.PATIENCE_SECONDS);
        while (lines.stream().filter(line::equals).count() < times && System.nanoTime() < deadline) {
            wait(50);
        }
        assertThat(lines.stream().filter(line::equals)).as("heard: %s", line).hasSizeGreaterThanOrEqualTo(times);
    }

    @Override
    public void held(Holding holding) {
        note("held " + holding);
    }

    @Override
    public void freed(Holding holding, Departure how) {
        note("freed " + holding + " " + how);
    }

    @Override
    public void all(Collection<Holding> holdings) {
        note(Stream.concat(
                        Stream.of("all"),
                        holdings.stream()
                                .sorted(Comparator.comparingLong(Holding::version))
                                .map(Holding::toString))
                .collect(Collectors.joining(" ")));
    }

    @Override
    public void received(String node, byte[] message) {
        note(node + " said " + new String(message, StandardCharsets.UTF_8));
    }
}

package dev.livemeter.http.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.livemeter.signaling.SignalingOptions;
import dev.livemeter.signaling.SignalingServer;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A thousand connections that open and close for a minute, thirty thousand in all: nothing of them stays. */
@Tag("once") // a minute
class SignalingLeakTest {

    private static final int PEERS = 1_000;
    private static final long LASTING = TimeUnit.SECONDS.toNanos(60);

    /** A round takes less; the rest of it is left to whoever else tests on this machine. */
    private static final long ROUND = TimeUnit.SECONDS.toNanos(2);

    /** Some thirty bytes for each connection. */
    private static final long MEBIBYTE = 1 << 20;

    private final OwnServer server = OwnServer.start(SignalingServer.builder()
            .options(SignalingOptions.builder().mostPeers(2 * PEERS).build())
            .build());

    @AfterEach
    void close() {
        server.close();
    }

    /** What a process has of everything that could leak. */
    private record Held(long heap, long buffers, long files, int threads) {

        static Held now() {
            System.gc();
            return new Held(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                            .mapToLong(BufferPoolMXBean::getMemoryUsed)
                            .sum(),
                    ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                            ? unix.getOpenFileDescriptorCount()
                            : 0,
                    ManagementFactory.getThreadMXBean().getThreadCount());
        }

        boolean isNoMoreThan(Held before) {
            return heap <= before.heap + MEBIBYTE
                    && buffers <= before.buffers + MEBIBYTE
                    && files <= before.files + 2
                    && threads <= before.threads + 4;
        }
    }

    @Test
    void aThousandThatOpenAndCloseForAMinuteLeaveNoHeapNoThreadAndNoFile() throws Exception {
        for (var warm = 0; warm < 3; warm++) {
            round();
        }
        var before = Held.now();
        var last = new Held[] {before};
        var rounds = 0;
        for (var end = System.nanoTime() + LASTING; System.nanoTime() < end; rounds++) {
            var next = System.nanoTime() + ROUND;
            round();
            for (var left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
        eventually(() -> {
            last[0] = Held.now();
            return last[0].isNoMoreThan(before);
        });
        assertThat(last[0].isNoMoreThan(before))
                .as("after %d rounds %s, before them %s", rounds, last[0], before)
                .isTrue();
        assertThat(server.signaling().metrics().peers()).isZero();
    }

    /** All come, all are there at once, and all go: one half with a goodbye, the other without. */
    private void round() throws Exception {
        var pool = Executors.newFixedThreadPool(16);
        try {
            var peers = new ArrayList<RawPeer>();
            for (var one : pool.invokeAll(IntStream.range(0, PEERS)
                    .mapToObj(number -> (Callable<RawPeer>) () -> open(number))
                    .toList())) {
                peers.add(one.get());
            }
            assertThat(server.signaling().metrics().peers()).isEqualTo(PEERS);
            for (var one : pool.invokeAll(IntStream.range(0, PEERS)
                    .mapToObj(number -> (Callable<RawPeer>) () -> leave(peers.get(number), number))
                    .toList())) {
                one.get();
            }
        } finally {
            pool.shutdown();
            assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(eventually(() -> server.signaling().metrics().peers() == 0)).isTrue();
    }

    private RawPeer open(int number) throws IOException {
        var peer = RawPeer.open(server.port().port(), "peer" + number);
        // What waits for somebody who never comes has to be forgotten as well.
        peer.say("{\"type\":\"OFFER\",\"dst\":\"absent" + number + "\",\"payload\":1}");
        return peer;
    }

    private static RawPeer leave(RawPeer peer, int number) throws IOException {
        if (number % 2 == 0) {
            peer.send(new byte[] {(byte) 0x88, (byte) 0x80, 0, 0, 0, 0});
            while (!peer.text().startsWith("closed")) {
                // an EXPIRE may come before
            }
        }
        peer.close();
        return peer;
    }

    private static boolean eventually(BooleanSupplier condition) {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        var found = condition.getAsBoolean();
        while (!found && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            found = condition.getAsBoolean();
        }
        return found;
    }
}

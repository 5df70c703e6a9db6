package dev.livemeter.http.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.http.jetty.SignalingPort;
import dev.livemeter.http.servlet.SignalingServlet;
import dev.livemeter.http.servlet.TomcatServer;
import dev.livemeter.peer.PeerId;
import dev.livemeter.signaling.SignalingServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One who stays connected and neither reads nor says anything, on each of the servers that carry signaling. */
@Timeout(180)
class StalledPeerTest {

    private static final PeerId STALLED = PeerId.of("stalled");

    /** Its sockets are full after some megabytes, what may wait for it after two more. */
    private static final String LARGE =
            "{\"type\":\"OFFER\",\"dst\":\"stalled\",\"payload\":\"" + "x".repeat(60_000) + "\"}";

    private enum Mount {
        JETTY,
        TOMCAT
    }

    /** Whatever carries signaling, on a port of this machine. */
    private record Carrier(int port, Runnable end) implements AutoCloseable {

        static Carrier start(Mount mount, SignalingServer signaling) {
            if (mount == Mount.TOMCAT) {
                var tomcat = TomcatServer.start(Map.of("/*", new SignalingServlet(signaling)));
                return new Carrier(tomcat.port(), tomcat::close);
            }
            var port = SignalingPort.open(signaling, "127.0.0.1", 0);
            return new Carrier(port.port(), port::close);
        }

        @Override
        public void close() {
            end.run();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isDroppedAndItsSocketClosedAndNobodyElseNotices(Mount mount) throws Exception {
        try (var signaling = SignalingServer.dropIn();
                var carrier = Carrier.start(mount, signaling);
                var stalled = RawPeer.open(carrier.port(), "stalled");
                var alice = RawPeer.open(carrier.port(), "alice");
                var bob = RawPeer.open(carrier.port(), "bob")) {
            assertThat(isHeld(carrier.port(), stalled.port())).isTrue();
            // No more than she may send at once.
            for (var said = 0; said < 1_500 && signaling.metrics().slow() == 0; said++) {
                alice.say(LARGE);
            }
            eventually(() -> signaling.metrics().slow() == 1);
            eventually(() -> !signaling.isPresent(STALLED));
            eventually(() -> !isHeld(carrier.port(), stalled.port()));
            alice.say("{\"type\":\"CANDIDATE\",\"dst\":\"bob\",\"payload\":1}");
            assertThat(bob.text())
                    .isEqualTo("{\"type\":\"CANDIDATE\",\"src\":\"alice\",\"dst\":\"bob\",\"payload\":1}");
            assertThat(isHeld(carrier.port(), alice.port())).isTrue();
            assertThat(isHeld(carrier.port(), bob.port())).isTrue();
            assertThat(signaling.metrics().lost()).isEqualTo(1);
            // Its id is free.
            RawPeer.open(carrier.port(), "stalled").close();
        }
    }

    /** Whether the server keeps a connection, as the kernel has it: its own end is that of the two with the server's port. */
    private static boolean isHeld(int serverPort, int clientPort) {
        var local = String.format(Locale.ROOT, ":%04X", serverPort);
        var remote = String.format(Locale.ROOT, ":%04X", clientPort);
        try {
            for (var table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
                for (var line : Files.readAllLines(Path.of(table))) {
                    var columns = line.strip().split(" +", -1);
                    if (columns[1].endsWith(local) && columns[2].endsWith(remote) && columns[3].equals("01")) {
                        return true;
                    }
                }
            }
            return false;
        } catch (IOException e) {
            throw new IllegalStateException("What is connected is read from Linux, in /proc/net.", e);
        }
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        var end = System.nanoTime() + 60_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within a minute").isLessThan(end);
            Thread.sleep(20);
        }
    }
}

package dev.livemeter.http.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.http.servlet.SignalingServlet;
import dev.livemeter.http.servlet.TomcatServer;
import dev.livemeter.peer.PeerId;
import dev.livemeter.signaling.SignalingServer;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients without manners in a servlet container, which lets go of a connection only on threads of its own. */
@Timeout(180)
class TomcatFaultTest {

    private final SignalingServer signaling = SignalingServer.dropIn();
    private final TomcatServer tomcat = TomcatServer.start(Map.of("/*", new SignalingServlet(signaling)));

    @AfterEach
    void close() {
        tomcat.close();
        signaling.close();
    }

    @Test
    void whoDoesNotAnswerAGoodbyeIsHungUpOnAllTheSame() throws IOException {
        try (var peer = RawPeer.open(tomcat.port(), "rude")) {
            signaling.dismiss(PeerId.of("rude"), "Go.");
            assertThat(peer.text()).isEqualTo("{\"type\":\"ERROR\",\"payload\":{\"msg\":\"Go.\"}}");
            assertThat(peer.text()).isEqualTo("closed 1005");
            assertThat(signaling.isPresent(PeerId.of("rude"))).isFalse();
            var nudges = 0;
            while (!peer.isHungUp()) {
                nudges++;
            }
            assertThat(nudges).as("bytes after the goodbye").isLessThan(1024 * 1024);
        }
    }

    @Test
    void theIdOfAConnectionThatBreaksIsFreeAtOnce() throws IOException {
        try (var first = RawPeer.open(tomcat.port(), "alice")) {
            first.say("{\"type\":\"HEARTBEAT\"}");
        }
        while (signaling.isPresent(PeerId.of("alice"))) {
            Thread.onSpinWait();
        }
        try (var second = RawPeer.open(tomcat.port(), "alice")) {
            second.say("{\"type\":\"CANDIDATE\",\"dst\":\"alice\",\"payload\":1}");
            assertThat(second.text())
                    .isEqualTo("{\"type\":\"CANDIDATE\",\"src\":\"alice\",\"dst\":\"alice\",\"payload\":1}");
        }
    }

    @Test
    void whoIsThereWhenTheContainerStopsIsToldToComeAgain() throws IOException {
        try (var peer = RawPeer.open(tomcat.port(), "alice")) {
            tomcat.stop();
            assertThat(peer.text()).isEqualTo("closed 1012");
            // It does not answer, and is waited for a second.
            while (signaling.isPresent(PeerId.of("alice"))) {
                Thread.onSpinWait();
            }
        }
    }
}

package dev.livemeter.standin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.standin.rtmp.Publisher;
import dev.livemeter.standin.twitch.TwitchStandIn;
import dev.livemeter.standin.youtube.YouTubeStandIn;
import org.junit.jupiter.api.Test;

/** Whole platforms: what comes to their nginx is what their API shows. */
class StandInsTest {

    @Test
    void aStreamOfYouTubeIsActiveWhileItIsPublished() throws Exception {
        try (var youtube = YouTubeStandIn.start()) {
            var server = youtube.server();
            server.announce(server.person("alice", "Alice"), "Chess");
            var stream = server.streams().get(0);
            var key = server.stream(stream, "cdn.ingestionInfo.streamName");
            assertThat(server.stream(stream, "cdn.ingestionInfo.ingestionAddress"))
                    .isEqualTo(youtube.ingest().toString());
            try (var stranger = new Publisher(youtube.ingest(), "made-up")) {
                Await.until("a key that is not known is refused", stranger::isOver);
            }
            assertThat(server.stream(stream, "status.streamStatus")).isEqualTo("ready");
            try (var publisher = new Publisher(youtube.ingest(), key)) {
                Await.until(
                        "it is active",
                        () -> server.stream(stream, "status.streamStatus").equals("active"));
                assertThat(publisher.isOver()).isFalse();
            }
            Await.until(
                    "it is inactive",
                    () -> server.stream(stream, "status.streamStatus").equals("inactive"));
        }
    }

    @Test
    void aChannelOfTwitchIsLiveWhileItIsPublished() throws Exception {
        try (var twitch = TwitchStandIn.start()) {
            var server = twitch.server();
            server.user("1001", "alice", "Alice");
            try (var tester = new Publisher(twitch.ingest(), server.streamKey("1001") + "?bandwidthtest=true")) {
                assertThat(tester.isOver()).isFalse();
                try (var stranger = new Publisher(twitch.ingest(), "made-up")) {
                    Await.until("a key that is not known is refused", stranger::isOver);
                }
                assertThat(tester.isOver()).isFalse();
                assertThat(server.isLive("1001")).isFalse();
            }
            try (var publisher = new Publisher(twitch.ingest(), server.streamKey("1001"))) {
                Await.until("it is live", () -> server.isLive("1001"));
                assertThat(publisher.isOver()).isFalse();
            }
            Await.until("it is offline", () -> !server.isLive("1001"));
        }
    }
}

package dev.livemeter.platforms;

import dev.livemeter.destination.Destination;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.testing.contract.StreamProviderContract;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Nested;

class PlatformContractTest {

    @Nested
    class OfYouTube extends StreamProviderContract {
        @Override
        protected StreamProvider provider() {
            return YouTube.rtmp();
        }

        @Override
        protected Destination goodDestination() {
            return Destination.youtube("abcd-efgh-ijkl-mnop");
        }

        @Override
        protected List<Destination> badDestinations() {
            return List.of(at("youtube", URI.create("rtmp://elsewhere.example/app")));
        }
    }

    @Nested
    class OfTwitch extends StreamProviderContract {
        @Override
        protected StreamProvider provider() {
            return Twitch.rtmp();
        }

        @Override
        protected Destination goodDestination() {
            return Destination.twitch("live_123_abcdefgh");
        }

        @Override
        protected List<Destination> badDestinations() {
            return List.of(at("twitch", URI.create("rtmp://elsewhere.example/app")));
        }
    }

    @Nested
    class OfCustomRtmp extends StreamProviderContract {
        @Override
        protected StreamProvider provider() {
            return CustomRtmp.create();
        }

        @Override
        protected Destination goodDestination() {
            return Destination.custom("Mine", "rtmp://media.example/app", "abcdefgh");
        }

        @Override
        protected List<Destination> badDestinations() {
            return List.of(new Destination("custom", "Mine", null, Secret.of("abcdefgh")));
        }
    }

    private static Destination at(String platform, URI server) {
        return new Destination(platform, "Mine", server, Secret.of("abcd-efgh-ijkl"));
    }
}

package dev.livemeter.platforms;

import dev.livemeter.destination.Destination;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.TestsDestinations;
import dev.livemeter.testing.contract.StreamProviderContract;
import dev.livemeter.testing.contract.TestsDestinationsContract;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Nested;

class PlatformContractTest {

    private final StreamProvider youtube =
            YouTube.api(YouTubeSettings.of("471100", Secret.of("secret")).build());

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
    class OfYouTubeByItsApi extends StreamProviderContract {
        @Override
        protected StreamProvider provider() {
            return youtube;
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

    /** One that takes the usual server or another one, over TLS only. */
    @Nested
    class OfFacebook extends StreamProviderContract {
        @Override
        protected StreamProvider provider() {
            return Catalogue.facebook();
        }

        @Override
        protected Destination goodDestination() {
            return new Destination("facebook", "Page", null, Secret.of("FB-1234-0-abcdefgh"));
        }

        @Override
        protected List<Destination> badDestinations() {
            return List.of(at("facebook", URI.create("rtmp://live-api-s.facebook.com:80/rtmp")));
        }
    }

    /** One whose server is entered, over TLS only. */
    @Nested
    class OfInstagram extends StreamProviderContract {
        @Override
        protected StreamProvider provider() {
            return Catalogue.instagram();
        }

        @Override
        protected Destination goodDestination() {
            return at("instagram", URI.create("rtmps://edgetee-upload.example:443/rtmp"));
        }

        @Override
        protected List<Destination> badDestinations() {
            return List.of(
                    at("instagram", URI.create("rtmp://edgetee-upload.example/rtmp")),
                    new Destination("instagram", "Mine", null, Secret.of("abcd-efgh-ijkl")));
        }
    }

    /** With its API, Twitch is still reached by key. */
    @Nested
    class OfTwitchWithItsApi extends StreamProviderContract {

        private final StreamProvider provider = Twitch.api(TwitchSettings.of("client", Secret.of("secret")));

        @Override
        protected StreamProvider provider() {
            return provider;
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

    /** With its API, Facebook is still reached by key. */
    @Nested
    class OfFacebookWithItsApi extends StreamProviderContract {

        private final StreamProvider provider = Facebook.api(FacebookSettings.of("app", Secret.of("secret")));

        @Override
        protected StreamProvider provider() {
            return provider;
        }

        @Override
        protected Destination goodDestination() {
            return new Destination("facebook", "Page", null, Secret.of("FB-1234-0-abcdefgh"));
        }

        @Override
        protected List<Destination> badDestinations() {
            return List.of(at("facebook", URI.create("rtmp://live-api-s.facebook.com:80/rtmp")));
        }
    }

    /** With its API, Kick is still reached by server and key. */
    @Nested
    class OfKickWithItsApi extends StreamProviderContract {

        private final StreamProvider provider = Kick.api(KickSettings.of("client", Secret.of("secret")));

        @Override
        protected StreamProvider provider() {
            return provider;
        }

        @Override
        protected Destination goodDestination() {
            return at("kick", URI.create("rtmps://fa723fc1b171.global-contribute.live-video.net:443/app"));
        }

        @Override
        protected List<Destination> badDestinations() {
            return List.of(
                    at("kick", URI.create("rtmp://fa723fc1b171.global-contribute.live-video.net/app")),
                    new Destination("kick", "Mine", null, Secret.of("sk_us-west-2_abcdefgh")));
        }
    }

    @Nested
    class TheWayToACustomServer extends TestsDestinationsContract {
        @Override
        protected TestsDestinations provider() {
            return (TestsDestinations) CustomRtmp.create();
        }
    }

    /** The one that publishes in a test. */
    @Nested
    class TheWayToTwitch extends TestsDestinationsContract {
        @Override
        protected TestsDestinations provider() {
            return (TestsDestinations) Twitch.rtmp();
        }
    }

    @Nested
    class TheWayToYouTubeByItsApi extends TestsDestinationsContract {
        @Override
        protected TestsDestinations provider() {
            return (TestsDestinations) youtube;
        }
    }

    private static Destination at(String platform, URI server) {
        return new Destination(platform, "Mine", server, Secret.of("abcd-efgh-ijkl"));
    }
}

package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.destination.Destination;
import dev.livemeter.metrics.MetricSink;
import dev.livemeter.metrics.MetricSource;
import dev.livemeter.platforms.YouTubeSettings.Endpoints;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.ConnectsDevices;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.StreamProvider;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class YouTubeComponentTest {

    private static final Secret SECRET = Secret.of("GOCSPX-very-secret");

    @Test
    void aClientForDevicesIsWholeAndComesBesideTheOtherOne() {
        assertThatThrownBy(() -> create(Map.of(
                        "client-id",
                        "471100",
                        "client-secret",
                        "s",
                        "device-client-id",
                        "471100-tv",
                        "prices",
                        "list:5")))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        wrong -> assertThat(wrong.faults())
                                .containsExactlyInAnyOrder(
                                        "YouTube has one of device-client-id and device-client-secret; give both, or none for one client alone.",
                                        "The setting livemeter.provider.youtube.prices is 'list:5'; expected methods with their units, such as liveChatMessages.list=5, liveChatMessages.insert=20."));
        assertThatThrownBy(() -> create(Map.of("device-client-id", "471100-tv", "device-client-secret", "s")))
                .hasMessage(
                        "YouTube has a client for devices and no client-id; give client-id and client-secret as well.");
        assertThat(create(Map.of(
                        "client-id", "471100",
                        "client-secret", "s",
                        "device-client-id", "471100-tv",
                        "device-client-secret", "t",
                        "prices", "liveChatMessages.list=6, liveChatMessages.insert=20")))
                .isInstanceOf(ConnectsDevices.class);
    }

    @Test
    void withoutAnApplicationAtGoogleItKnowsStreamKeysAlone() {
        assertThat(create(Map.of()))
                .isNotInstanceOf(ConnectsAccounts.class)
                .isInstanceOfSatisfying(
                        RtmpPlatform.class,
                        platform -> assertThat(platform.entry()).isEqualTo(CatalogueEntry.YOUTUBE));
    }

    @Test
    void withOneItHasTheAbilitiesOfTheApi() {
        var provider = create(
                Map.of("client-id", "471100", "client-secret", "s3", "latency", "ultra-low", "made-for-kids", "true"));
        assertThat(provider)
                .isInstanceOf(ConnectsDevices.class)
                .isInstanceOf(HostsBroadcasts.class)
                .isInstanceOf(KeepsVideos.class);
        assertThat(provider.name()).isEqualTo("youtube");
        assertThat(provider.limits()).isEqualTo(YouTube.rtmp().limits());
    }

    @Test
    void theAddressOfStreamKeysCanBeOverriddenInBothForms() {
        var server = "rtmps://a.rtmps.youtube.com:443/live2";
        for (var settings : List.of(
                Map.of("server", server), Map.of("server", server, "client-id", "471100", "client-secret", "s3"))) {
            var prepared = create(settings).prepare(Destination.youtube("abcd-efgh"));
            assertThat(((StreamProvider.Preparation.Ready) prepared).target().server())
                    .isEqualTo(URI.create(server));
        }
    }

    @Test
    void halfAnApplicationIsAFault() {
        assertThatThrownBy(() -> create(Map.of("client-id", "471100")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "YouTube has one of client-id and client-secret; give both, or none for stream keys alone.");
    }

    @Test
    void everythingThatIsWrongWithSettingsIsToldTogether() {
        var settings = YouTubeSettings.of("", SECRET)
                .units(100, 200)
                .endpoints(new Endpoints(
                        URI.create("http://api.example/youtube/v3"),
                        Endpoints.google().page(),
                        Endpoints.google().token(),
                        Endpoints.google().revocation(),
                        Endpoints.google().device()));
        assertThatThrownBy(settings::build)
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        wrong -> assertThat(wrong.faults())
                                .containsExactly(
                                        "YouTube needs the client id and the client secret of an application; take both from Google's console.",
                                        "YouTube has 100 units a day, of which 200 are kept; expected some, and to keep fewer than all.",
                                        "The endpoint http://api.example is not HTTPS; tokens are sent there."
                                                + " Plain HTTP is for servers on loopback alone."));
    }

    @Test
    void nothingShowsTheClientSecret() {
        var settings = YouTubeSettings.of("471100", SECRET).build();
        assertThat(settings + " " + YouTube.api(settings)).doesNotContain(SECRET.reveal());
    }

    @Test
    void itCountsWhatItAsks() {
        var names = new ArrayList<String>();
        ((MetricSource) YouTube.api(YouTubeSettings.of("471100", SECRET).build())).describe(new MetricSink() {
            @Override
            public void gauge(String name, String unit, String description, DoubleSupplier value) {
                names.add(name + " " + value.getAsDouble());
            }

            @Override
            public void total(String name, String unit, String description, LongSupplier total) {
                names.add(name + " " + total.getAsLong());
            }
        });
        assertThat(names)
                .containsExactly(
                        "livemeter.platform.youtube.answered 0",
                        "livemeter.platform.youtube.refused 0",
                        "livemeter.platform.youtube.unanswered 0",
                        "livemeter.platform.youtube.retried 0",
                        "livemeter.platform.youtube.withheld 0",
                        "livemeter.platform.youtube.waited 0",
                        "livemeter.platform.youtube.quota.left 10000.0");
    }

    private static StreamProvider create(Map<String, String> settings) {
        return new YouTube.Component().create(new ComponentConfig("livemeter.provider.youtube", settings));
    }
}

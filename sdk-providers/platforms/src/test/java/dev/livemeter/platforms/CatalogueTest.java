package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PlatformGuide;
import dev.livemeter.destination.PlatformGuide.KeyLifetime;
import dev.livemeter.destination.PlatformGuide.ServerChoice;
import dev.livemeter.destination.PlatformGuide.Transport;
import dev.livemeter.destination.StreamLimits;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.StreamProvider.Check;
import dev.livemeter.spi.StreamProvider.Preparation;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogueTest {

    private static final Secret KEY = Secret.of("abcd-efgh-ijkl");

    static List<StreamProvider> all() {
        return Catalogue.all();
    }

    private static PlatformGuide guide(StreamProvider platform) {
        return platform.guide().orElseThrow();
    }

    private static StreamProvider platform(String name) {
        return all().stream()
                .filter(platform -> platform.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String objection(StreamProvider platform, String server) {
        var uri = server.isEmpty() ? null : URI.create(server);
        var check = platform.check(new Destination(platform.name(), "Mine", uri, KEY));
        return check instanceof Check.Objection objection ? objection.message() : "";
    }

    @Test
    void namesAreUnique() {
        assertThat(all())
                .extracting(StreamProvider::name)
                .doesNotHaveDuplicates()
                .hasSize(12);
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyEntryFitsTogether(StreamProvider platform) {
        var guide = guide(platform);
        assertThat(guide.whereTheKeyIs()).endsWith(".").hasSizeBetween(20, 200);
        assertThat(guide.server() == null).isEqualTo(guide.serverChoice() == ServerChoice.REQUIRED);
        assertThat(guide.verifiedOn() == null).isEqualTo(platform.name().equals("custom"));
        for (var server : new URI[] {guide.server(), guide.backup()}) {
            if (server != null) {
                assertThat(server.getScheme())
                        .isIn(guide.transport() == Transport.RTMPS ? Set.of("rtmps") : Set.of("rtmp", "rtmps"));
                assertThat(server.getHost()).contains(".");
                assertThat(server.getRawPath()).matches("/[A-Za-z0-9._~-]{1,64}/?");
            }
        }
        if (guide.docs() != null) {
            assertThat(guide.docs().getScheme()).isEqualTo("https");
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatItPreparesPassesItsOwnCheck(StreamProvider platform) {
        var server = guide(platform).serverChoice() == ServerChoice.REQUIRED
                ? URI.create("rtmps://host.example:443/app")
                : null;
        var destination = new Destination(platform.name(), "Mine", server, KEY);
        assertThat(platform.check(destination)).isEqualTo(new Check.Accepted());
        var target = ((Preparation.Ready) platform.prepare(destination)).target();
        assertThat(target.server()).isEqualTo(server == null ? guide(platform).server() : server);
        assertThat(target.key()).isEqualTo(KEY);
    }

    /** The page shows the same values as the code. */
    @ParameterizedTest
    @MethodSource("all")
    void thePageOfPlatformsListsIt(StreamProvider platform) throws Exception {
        var page = Files.readString(Path.of("../../docs/platforms.md"));
        var guide = guide(platform);
        var row = page.lines()
                .filter(line -> line.contains("| `" + platform.name() + "` |"))
                .findFirst()
                .orElseThrow();
        if (guide.server() != null) {
            assertThat(row).contains("`" + guide.server() + "`");
        }
        assertThat(row)
                .contains(
                        switch (guide.keyLifetime()) {
                            case API, STATIC -> "stays";
                            case PER_SESSION -> "new each time";
                        });
        if (guide.transport() == Transport.RTMPS) {
            assertThat(row).contains("TLS only");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "instagram | ^^ | The destination 'Mine' names no server, and Instagram has none that is the same for all; copy the one that it shows beside the stream key.",
                "facebook | rtmp://live-api-s.facebook.com:80/rtmp | The destination 'Mine' names the server rtmp://live-api-s.facebook.com:80/rtmp, but Facebook takes streams over TLS only; copy the address that begins with rtmps://.",
                "kick | rtmp://x.global-contribute.live-video.net/app | The destination 'Mine' names the server rtmp://x.global-contribute.live-video.net/app, but Kick takes streams over TLS only; copy the address that begins with rtmps://.",
                "trovo | rtmp://elsewhere.example/app | The destination 'Mine' names the server rtmp://elsewhere.example/app, but Trovo has a fixed one; leave it out, or add it as a custom RTMP server.",
                "custom | ^^ | The destination 'Mine' names no server; give the address that the platform shows, such as rtmp://host/app."
            })
    void whatDoesNotFitIsToldInASentence(String name, String server, String sentence) {
        assertThat(objection(platform(name), server)).isEqualTo(sentence);
    }

    @Test
    void facebookTakesItsUsualServerOrTheOneThatItShowed() {
        assertThat(objection(platform("facebook"), "")).isEmpty();
        assertThat(objection(platform("facebook"), "rtmps://rtmp-api.facebook.com:443/rtmp/"))
                .isEmpty();
    }

    @Test
    void everyValueCanBeOverridden() {
        var config = new ComponentConfig(
                "livemeter.provider.instagram",
                Map.of(
                        "server", "rtmps://up.example:443/rtmp",
                        "backup-server", "rtmps://up2.example:443/rtmp",
                        "key-lifetime", "static",
                        "transport", "rtmp-or-rtmps",
                        "where-the-key-is", "Ask Bob.",
                        "docs", "https://wiki.example/instagram",
                        "limits.video-kbit", "6000",
                        "limits.audio-kbit", "256",
                        "limits.keyframe-interval", "2s",
                        "limits.frames-per-second", "60"));
        var platform = new Catalogue.Instagram().create(config);
        assertThat(platform.guide())
                .contains(new PlatformGuide(
                        KeyLifetime.STATIC,
                        ServerChoice.OPTIONAL,
                        URI.create("rtmps://up.example:443/rtmp"),
                        URI.create("rtmps://up2.example:443/rtmp"),
                        Transport.RTMP_OR_RTMPS,
                        "Ask Bob.",
                        URI.create("https://wiki.example/instagram"),
                        null));
        assertThat(platform.limits())
                .isEqualTo(new StreamLimits(6_000_000L, 256_000L, Duration.ofSeconds(2), null, 60, Set.of()));
        assertThat(objection(platform, "")).isEmpty();
    }

    @Test
    void settingsThatAreWrongAreToldTogether() {
        var config = new ComponentConfig(
                "livemeter.provider.kick", Map.of("server", "https://kick.com", "limits.video-kbit", "fast"));
        assertThatThrownBy(() -> new Kick.Component().create(config))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "The setting livemeter.provider.kick.server is 'https://kick.com'; expected an address such as rtmp://host/app.",
                                        "The setting livemeter.provider.kick.limits.video-kbit is 'fast'; expected a whole number from 1 to 1000000."));
    }

    @Test
    void twitchHasAnApiWhereAClientIdIsGiven() {
        assertThat(new Twitch.Component().create(new ComponentConfig("livemeter.provider.twitch", Map.of())))
                .isNotInstanceOf(ConnectsAccounts.class);
        var settings = Map.of("client-id", "abc", "client-secret", "def", "encrypted-ingest", "true");
        assertThat(new Twitch.Component().create(new ComponentConfig("livemeter.provider.twitch", settings)))
                .isInstanceOf(ConnectsAccounts.class)
                .extracting(Object::toString)
                .asString()
                .doesNotContain("def");
        assertThatThrownBy(() -> new Twitch.Component()
                        .create(new ComponentConfig(
                                "livemeter.provider.twitch",
                                Map.of("client-secret", "def", "api-endpoint", "http://api.example"))))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "The setting livemeter.provider.twitch.api-endpoint is 'http://api.example'; expected an https address, or a plain one on loopback.",
                                        "There is a client secret for Twitch and no client id; give client-id as well, from the application's page in the console at dev.twitch.tv."));
    }

    @Test
    void facebookAndKickHaveAnApiWhereAnApplicationIsGiven() {
        var facebook = new Facebook.Component();
        var kick = new Kick.Component();
        assertThat(facebook.create(new ComponentConfig("livemeter.provider.facebook", Map.of())))
                .isInstanceOf(RtmpPlatform.class);
        assertThat(kick.create(new ComponentConfig("livemeter.provider.kick", Map.of())))
                .isInstanceOf(RtmpPlatform.class);
        var settings = Map.of("app-id", "471100", "app-secret", "def", "profile", "true", "chat-every", "10s");
        assertThat(facebook.create(new ComponentConfig("livemeter.provider.facebook", settings)))
                .isInstanceOf(ConnectsAccounts.class)
                .isInstanceOf(KeepsVideos.class)
                .isInstanceOf(CarriesChat.class)
                .extracting(Object::toString)
                .asString()
                .doesNotContain("def");
        assertThat(kick.create(new ComponentConfig(
                        "livemeter.provider.kick", Map.of("client-id", "471100", "client-secret", "def"))))
                .isInstanceOf(ConnectsAccounts.class)
                .isInstanceOf(HostsBroadcasts.class);
    }

    @Test
    void halfAnApplicationAtFacebookOrKickIsAFault() {
        assertThatThrownBy(() -> new Facebook.Component()
                        .create(new ComponentConfig(
                                "livemeter.provider.facebook",
                                Map.of("app-id", "471100", "api-endpoint", "http://graph.example"))))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "The setting livemeter.provider.facebook.api-endpoint is 'http://graph.example'; expected an https address, or a plain one on loopback.",
                                        "Facebook has one of app-id and app-secret; give both, or none for stream keys alone."));
        assertThatThrownBy(() -> new Kick.Component()
                        .create(new ComponentConfig("livemeter.provider.kick", Map.of("client-secret", "def"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Kick has one of client-id and client-secret; give both, or none for stream keys alone.");
        assertThatThrownBy(() -> FacebookSettings.of(" ", Secret.of("def"))
                        .version("24")
                        .every(Duration.ofSeconds(1), Duration.ZERO))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() ->
                        FacebookSettings.of("471100", Secret.of("def")).every(Duration.ofSeconds(1), Duration.ZERO))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "Facebook would be looked at every PT1S; expected at least 5 s.",
                                        "Facebook would be asked for comments every PT0S; expected at least 1 s."));
    }
}

package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.secret.Secret;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whatever comes from outside is taken as it is meant or refused. The seed is fixed: what fails once fails again. */
class RelayFuzzTest {

    private static final long SEED = 20261121;
    private static final String TOKEN = "abcdefghijklmnopqrstuvwxyz";
    private static final int GAMES = 400;
    private static final String PUSH = ScriptedPushes.address("platform-key");

    private final Random random = new Random(SEED);

    @Test
    @DisplayName("Acceptance 12: a key arrives exactly or is refused")
    void aKeyArrivesExactlyOrIsRefused() throws Exception {
        var allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:@!*(),/?&=%+|-";
        var address = InetAddress.getByName("192.0.2.7");
        for (var character = 0; character < 0x180; character++) {
            var key = "abc" + (char) character + "def";
            var target = new PushTarget(URI.create("rtmp://host.test/app"), Secret.of(key));
            var refused = PushLocation.objectionTo(target).isPresent();
            assertThat(refused).as("character %s", character).isEqualTo(allowed.indexOf(character) < 0);
            if (!refused) {
                assertThat(PushLocation.of(address, target)).isEqualTo("rtmp://192.0.2.7:1935/app/" + key);
            }
        }
        for (var length : List.of(1, 253, 254, 255, 349, 512, 513, 4000, 4001, 5000)) {
            var target = new PushTarget(URI.create("rtmp://host.test/app"), Secret.of("k".repeat(length)));
            assertThat(PushLocation.objectionTo(target).isPresent())
                    .as("length %s", length)
                    .isEqualTo(length > 4000);
        }
    }

    @Test
    @DisplayName("Acceptance 2: no body of a callback makes the handler stumble or lets a second one in")
    void noBodyOfACallbackMakesTheHandlerStumbleOrLetsASecondOneIn() {
        var spoilt = new SpoiltCallbacks(random);
        var letIn = 0;
        var beats = 0;
        var live = 0;
        for (var game = 0; game < GAMES; game++) {
            var nginx = new PlayedNginx();
            var first = nginx.publishes(1);
            for (var round = 0; round < 50; round++) {
                var callback = spoilt.next(first, PUSH);
                assertThat(nginx.sends(callback).status())
                        .as("seed %s, game %s, round %s: %s", SEED, game, round, callback)
                        .isIn(200, 302, 400, 403, 413, 503, Gate.GO_ON_STATUS, Gate.EACH_STATUS);
                nginx.time.advance(Duration.ofMillis(100));
            }
            // A connection publishes once, and each body is of one of two.
            var authority = nginx.authority;
            assertThat(authority.requests).as("game %s", game).hasSizeBetween(1, 2);
            assertThat(authority.ends)
                    .extracting(ScriptedAuthority.End::session)
                    .doesNotHaveDuplicates();
            letIn += authority.requests.size();
            beats += authority.beats.size();
            live += (int) authority.changes.stream()
                    .filter(change -> change.state() == State.LIVE)
                    .count();
            nginx.isUsedAsUsual(7);
        }
        assertThat(letIn).as("others than the first ones").isBetween(GAMES + GAMES / 10, 2 * GAMES - 1);
        assertThat(beats).as("heartbeats that were taken").isGreaterThan(GAMES / 2);
        assertThat(live).as("pushes that came about").isGreaterThan(GAMES / 10);
    }

    /** A relay whose nginx is what a test says, on time that stands still. */
    private static final class PlayedNginx {

        final ScriptedAuthority authority = new ScriptedAuthority();
        final ManualTime time = ManualTime.create();
        private final CallbackHandler handler = new CallbackHandler(time);

        PlayedNginx() {
            authority.pushes =
                    request -> List.of(ScriptedAuthority.push("p", "rtmp://platform.test/app", "platform-key"));
            var around = new PushLane.Surroundings(
                    new PushResolver(
                            host -> new InetAddress[] {IpLiteral.address("1.1.1.1")},
                            new AddressPolicy(false, Set.of()),
                            Duration.ofSeconds(1),
                            Runnable::run),
                    (application, stream) -> {},
                    Pace.of(Duration.ofSeconds(1)),
                    time,
                    time,
                    new Random(1),
                    new ScriptedPushes());
            handler.serve(new CallbackHandler.Run(
                    Secret.of(TOKEN),
                    "live",
                    new Publishers(
                            new AuthorityCalls(authority, Runnable::run, Duration.ofSeconds(2)), around, "live", 2)));
        }

        WebResponse sends(SpoiltCallbacks.Callback callback) {
            return handler.handle(new WebRequest(
                    "POST",
                    "/" + TOKEN + "/" + callback.room() + "/" + callback.event(),
                    Map.of(),
                    Map.of("Content-Type", List.of("application/x-www-form-urlencoded")),
                    WebBody.of(callback.body()),
                    "127.0.0.1"));
        }

        /** Somebody comes whom nothing is wrong with; the name that the stream goes on by. */
        String publishes(int client) {
            var answer = sends(SpoiltCallbacks.publish(client, "key" + client));
            assertThat(answer.status()).isEqualTo(302);
            var stream = authority.session("key" + client).value();
            assertThat(answer.headers()).containsEntry("Location", stream);
            assertThat(sends(SpoiltCallbacks.play(client + 100, stream, "127.0.0.1:1936/" + NginxConf.ANCHOR))
                            .status())
                    .isEqualTo(200);
            time.runDue();
            return stream;
        }

        /** Another one comes, is passed on, lives, and goes. */
        void isUsedAsUsual(int client) {
            var stream = publishes(client);
            assertThat(sends(SpoiltCallbacks.play(client + 200, stream, PUSH)).status())
                    .isEqualTo(200);
            time.advance(Duration.ofSeconds(1));
            assertThat(authority.history("key" + client, "p")).containsExactly(State.CONNECTING, State.LIVE);
            assertThat(sends(SpoiltCallbacks.heartbeat(client, "key" + client)).status())
                    .isEqualTo(200);
            assertThat(sends(SpoiltCallbacks.pushHeartbeat("pushes", client + 200, stream, PUSH))
                            .status())
                    .isEqualTo(200);
            assertThat(sends(SpoiltCallbacks.done(client, "key" + client)).status())
                    .isEqualTo(200);
            assertThat(authority.endsOf(authority.session("key" + client))).isEqualTo(1);
        }
    }

    @Test
    void noStatisticsMakeTheReaderStumble() {
        var page = """
                <?xml version="1.0"?><rtmp><server><application><name>live</name><live><stream><name>s</name><time>5</time>
                <bytes_in>8</bytes_in><bytes_out>7</bytes_out><bw_video>1</bw_video><meta><video><width>160</width><codec>H264</codec></video>
                <audio><codec>AAC</codec></audio></meta></stream></live></application></server></rtmp>
                """;
        var refused = 0;
        for (var round = 0; round < 5_000; round++) {
            var bytes = page.getBytes(StandardCharsets.UTF_8);
            for (var change = random.nextInt(4); change >= 0; change--) {
                var at = random.nextInt(bytes.length);
                bytes[at] = random.nextBoolean() ? (byte) random.nextInt(256) : bytes[random.nextInt(bytes.length)];
            }
            try {
                StatisticsPage.parse(new ByteArrayInputStream(bytes)).forEach((place, count) -> {
                    assertThat(count.bytesOut()).isNotNegative();
                    assertThat(count.media().width()).isNotNegative();
                });
            } catch (IOException spoiled) {
                assertThat(spoiled).hasMessage("the page is not well-formed");
                refused++;
            }
        }
        assertThat(refused).isBetween(1_000, 4_999);
    }

    @Test
    @DisplayName("Acceptance 13: no setting changes the structure of the configuration")
    void noSettingChangesTheStructureOfTheConfiguration() {
        var characters = "ab1.:-_/;{}\"'\\$# \n\r\t\0é%&?=";
        var accepted = 0;
        for (var round = 0; round < 5_000; round++) {
            var text = new StringBuilder();
            for (var length = 1 + random.nextInt(6); length > 0; length--) {
                text.append(characters.charAt(random.nextInt(characters.length())));
            }
            try {
                NginxRelayConfig.builder()
                        .application(text.toString())
                        .publicHost("host.test")
                        .build();
                assertThat(text.toString()).matches("[a-z0-9_-]{1,64}");
                accepted++;
            } catch (ConfigurationException refused) {
                assertThat(refused.getMessage()).doesNotContain("\n" + text);
            }
            if (text.toString().chars().noneMatch(Character::isISOControl)) {
                var quoted = NginxConf.quoted(Path.of("/tmp/" + text));
                assertThat(quoted).startsWith("\"").endsWith("\"");
                assertThat(quoted.substring(1, quoted.length() - 1).replaceAll("\\\\.", ""))
                        .doesNotContain("\"")
                        .doesNotEndWith("\\");
            }
        }
        assertThat(accepted).isPositive();
    }
}

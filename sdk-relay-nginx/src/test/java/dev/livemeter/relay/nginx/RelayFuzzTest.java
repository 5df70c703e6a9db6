package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.secret.Secret;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
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
    private static final List<String> PIECES = List.of(
            "app=live",
            "clientid=1",
            "clientid=2",
            "clientid=",
            "clientid=99999999999999999999",
            "call=publish",
            "call=update_publish",
            "call=publish_done",
            "call=play",
            "call=play_done",
            "name=key",
            "name=",
            "name=%",
            "name=%0d%0a",
            "addr=1.2.3.4",
            "&",
            "=",
            "%zz",
            "\r\n",
            "\0",
            "ring=x",
            "é",
            "name=key%00",
            "a=b=c");

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
        var authority = new ScriptedAuthority();
        var time = ManualTime.create();
        var handler = new CallbackHandler(time);
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
        for (var round = 0; round < 20_000; round++) {
            var body = noise();
            var room = List.of("ingest", "pushes", "node", "other").get(random.nextInt(4));
            var event = List.of("publish", "update", "publish_done", "play", "play_done", "")
                    .get(random.nextInt(6));
            var status = handler.handle(new WebRequest(
                            "POST",
                            "/" + TOKEN + "/" + room + "/" + event,
                            Map.of(),
                            Map.of("Content-Type", List.of("application/x-www-form-urlencoded")),
                            WebBody.of(body),
                            "127.0.0.1"))
                    .status();
            assertThat(status)
                    .as("seed %s, round %s", SEED, round)
                    .isIn(200, 302, 400, 403, 413, 503, Gate.GO_ON_STATUS);
        }
        // A connection publishes once, so at most the two that these bodies know can ever have been let in.
        assertThat(authority.sessions.values()).hasSizeLessThanOrEqualTo(2);
        assertThat(authority.requests).hasSizeLessThanOrEqualTo(2);
    }

    private String noise() {
        var text = new StringBuilder();
        for (var piece = random.nextInt(8); piece >= 0; piece--) {
            text.append(random.nextInt(4) == 0 ? "" : "&").append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
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

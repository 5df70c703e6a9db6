package dev.livemeter.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.config.ComponentConfig;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.platforms.CustomRtmp;
import dev.livemeter.platforms.Twitch;
import dev.livemeter.platforms.YouTube;
import dev.livemeter.platforms.YouTubeSettings;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.standin.rtmp.RtmpPlatformServer;
import dev.livemeter.standin.twitch.TwitchServer;
import dev.livemeter.standin.youtube.YouTubeServer;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.time.TimeSource;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The check, against stand-ins on loopback; never against a platform. */
@Timeout(120)
@Tag("once") // waits for stand-ins, which are tested on both JVMs
class PlatformCheckTest {

    private static RtmpPlatformServer ingest;

    private final Person person = new Person();

    @BeforeAll
    static void listen() throws IOException {
        ingest = RtmpPlatformServer.start();
    }

    @AfterAll
    static void hangUp() throws IOException {
        ingest.close();
    }

    /** Somebody before the terminal, who answers as the test has it. */
    private static final class Person implements CheckDialog {

        private final List<String> lines = new ArrayList<>();
        private final List<String> questions = new ArrayList<>();
        private Consumer<String> reading = line -> {};
        private boolean allows;
        private String key = "";

        @Override
        public void say(String line) {
            lines.add(line);
            reading.accept(line);
        }

        @Override
        public boolean allows(String question) {
            questions.add(question);
            return allows;
        }

        @Override
        public Secret secret(String question) {
            questions.add(question);
            return Secret.of(key);
        }

        /** The steps with how they went. */
        List<String> steps() {
            return lines.stream()
                    .filter(line -> line.matches("(ok|FAILED|-) .*"))
                    .map(line -> line.replaceAll("^(\\S+)\\s+(\\S+).*$", "$1 $2"))
                    .toList();
        }
    }

    /** Sends nothing, and tells the stand-in that it does. */
    private record Pretence(Consumer<PushTarget> begins, Consumer<PushTarget> ends) implements CheckEncoder {

        @Override
        public Sending send(PushTarget target) {
            begins.accept(target);
            return new Sending() {
                @Override
                public boolean goesOn() {
                    return true;
                }

                @Override
                public void close() {
                    ends.accept(target);
                }
            };
        }
    }

    private static PlatformCheck.Wishes wishes(boolean reallyLive) {
        return new PlatformCheck.Wishes(Duration.ofSeconds(3), reallyLive, Privacy.PRIVATE);
    }

    @Nested
    class OfYouTube {

        private final ManualTime time = ManualTime.startingAt(Instant.parse("2026-11-22T12:00:00Z"));

        private boolean check(boolean enters) throws Exception {
            var threads = Executors.newCachedThreadPool();
            try (var server = YouTubeServer.start(time)) {
                var alice = server.person("alice", "Alice's channel");
                server.ingest(ingest.at("rtmp", "127.0.0.1"), null);
                person.reading = line -> {
                    if (line.contains("enter the code ")) {
                        server.enter(line.replaceAll(".*enter the code (.*)\\.", "$1"), enters ? alice : null);
                    }
                };
                var provider = YouTube.api(
                        YouTubeSettings.of(YouTubeServer.CLIENT_ID, Secret.of(YouTubeServer.CLIENT_SECRET))
                                .encrypted(false)
                                .endpoints(new YouTubeSettings.Endpoints(
                                        server.api(),
                                        server.page(),
                                        server.token(),
                                        server.revocation(),
                                        server.devices()))
                                .build(),
                        time,
                        threads);
                PlatformCheck.Pause pause = span -> {
                    time.advance(span);
                    if (span.equals(Duration.ofSeconds(15))) {
                        server.broadcasts().forEach(broadcast -> server.upload(broadcast, "processed"));
                    }
                };
                var encoder = new Pretence(
                        target -> assertThat(server.receive(target.key().reveal()))
                                .isTrue(),
                        target -> server.lose(target.key().reveal()));
                var passed = new PlatformCheck(provider, person, encoder, time, pause, wishes(false)).byAccount();
                assertThat(server.standingGrants())
                        .as("what was allowed is given back")
                        .isZero();
                return passed;
            } finally {
                threads.shutdownNow();
            }
        }

        @Test
        void goesAllTheWayAndAsksNobodyAsNobodySeesIt() throws Exception {
            assertThat(check(true)).as("%s", person.lines).isTrue();
            assertThat(person.steps())
                    .containsExactly(
                            "ok connect",
                            "ok validate",
                            "ok renew",
                            "ok open",
                            "ok again",
                            "ok address",
                            "ok tcp",
                            "ok handshake",
                            "ok connect",
                            "- publish",
                            "ok live",
                            "ok publish",
                            "ok end",
                            "ok video",
                            "ok unshown");
            assertThat(person.questions).isEmpty();
            assertThat(person.lines).contains("Everything passed.");
        }

        @Test
        void aPersonWhoSaysNoFailsIt() throws Exception {
            assertThat(check(false)).isFalse();
            assertThat(person.steps()).containsExactly("FAILED connect");
            assertThat(person.lines).contains("The rest was not tried.", "1 step failed.");
        }
    }

    @Nested
    class OfTwitch {

        private static final String ALICE = "141981764";

        private boolean check(TwitchServer server, boolean reallyLive, CheckEncoder encoder) throws Exception {
            person.key = "live_1_abcdefghijkl";
            person.reading = line -> {
                if (line.contains("enter the code ")) {
                    server.enter(line.replaceAll(".*enter the code (.*)\\.", "$1"), ALICE);
                }
            };
            var provider = new Twitch.Component()
                    .create(new ComponentConfig(
                            "livemeter.provider.twitch",
                            Map.of(
                                    "client-id", TwitchServer.CLIENT_ID,
                                    "client-secret", TwitchServer.CLIENT_SECRET,
                                    "server", ingest.at("rtmp", "127.0.0.1").toString(),
                                    "identity-endpoint", server.identity().toString(),
                                    "api-endpoint", server.api().toString(),
                                    "ingests-endpoint", server.ingests().toString(),
                                    "watch-endpoint", server.root().toString())));
            try {
                return new PlatformCheck(
                                provider,
                                person,
                                encoder,
                                TimeSource.system(),
                                span -> Thread.sleep(Math.min(span.toMillis(), 100)),
                                wishes(reallyLive))
                        .byAccount();
            } finally {
                ((AutoCloseable) provider).close();
            }
        }

        @Test
        void isABandwidthTestThatNobodySees() throws Exception {
            try (var server = TwitchServer.start()) {
                server.user(ALICE, "alice", "Alice");
                var before = server.channel(ALICE);

                assertThat(check(server, false, new FfmpegEncoder(false)))
                        .as("%s", person.lines)
                        .isTrue();

                assertThat(server.channel(ALICE)).isEqualTo(before);
                assertThat(server.requests()).noneMatch(request -> request.startsWith("PATCH"));
                assertThat(ingest.published())
                        .filteredOn(key -> key.startsWith("live_1_"))
                        .isNotEmpty()
                        .allMatch(key -> key.contains("bandwidthtest=true"));
                assertThat(person.steps()).endsWith("ok publish", "ok publish");
            }
        }

        @Test
        void showsNothingWithoutLeave() throws Exception {
            try (var server = TwitchServer.start()) {
                server.user(ALICE, "alice", "Alice");

                assertThat(check(server, true, new Pretence(target -> nobody(), target -> nobody())))
                        .isFalse();

                assertThat(server.requests()).noneMatch(request -> request.startsWith("PATCH"));
                assertThat(person.questions)
                        .containsExactly("The channel's title is changed, and everybody sees a test picture for 3 s.");
                assertThat(person.lines).anyMatch(line -> line.endsWith("Nothing was shown, as you wished."));
            }
        }

        @Test
        void goesLiveWithLeave() throws Exception {
            try (var server = TwitchServer.start()) {
                server.user(ALICE, "alice", "Alice");
                person.allows = true;

                var passed = check(
                        server,
                        true,
                        new Pretence(
                                target -> server.goLive(ALICE, Instant.now(), 3, true),
                                target -> server.goOffline(ALICE)));

                assertThat(passed).as("%s", person.lines).isTrue();
                assertThat(person.steps()).endsWith("ok live", "ok publish", "ok end", "ok video");
                assertThat(server.channel(ALICE).get(0)).isEqualTo("Livemeter check");
            }
        }

        private void nobody() {
            throw new AssertionError("Something was sent.");
        }
    }

    @Nested
    class OfAnyServer {

        private boolean check(String key) throws InterruptedException {
            return check(key, wishes(false));
        }

        private boolean check(String key, PlatformCheck.Wishes wishes) throws InterruptedException {
            person.key = key;
            StreamProvider provider = CustomRtmp.create();
            return new PlatformCheck(
                            provider,
                            person,
                            new FfmpegEncoder(true),
                            TimeSource.system(),
                            span -> Thread.sleep(Math.min(span.toMillis(), 200)),
                            wishes)
                    .byKey(ingest.at("rtmp", "127.0.0.1"));
        }

        @Test
        void isPublishedToWithLeave() throws Exception {
            person.allows = true;
            assertThat(check("abcdefgh")).as("%s", person.lines).isTrue();
            assertThat(ingest.published()).contains("abcdefgh");
            assertThat(person.lines).noneMatch(line -> line.contains("abcdefgh"));
        }

        @Test
        void isLeftAloneWithoutLeave() throws Exception {
            assertThat(check("never-seen")).isFalse();
            assertThat(ingest.published()).doesNotContain("never-seen");
        }

        @Test
        void thatHangsUpFails() throws Exception {
            person.allows = true;
            // Long enough for an encoder that begins late; it ends with the platform's answer.
            assertThat(check("wrong-key", new PlatformCheck.Wishes(Duration.ofMinutes(1), false, Privacy.PRIVATE)))
                    .isFalse();
            assertThat(person.lines).anyMatch(line -> line.startsWith("FAILED publish    The platform hung up"));
        }

        @Test
        void whoseKeyCannotBeOneIsNotTried() throws Exception {
            assertThat(check("not a key")).isFalse();
            assertThat(person.steps()).containsExactly("FAILED key");
        }
    }

    @Nested
    class OnTheCommandLine {

        private final ByteArrayOutputStream err = new ByteArrayOutputStream();

        private int run(String... arguments) throws InterruptedException {
            err.reset();
            return new CheckPlatformCommand(Map.of(), person, new PrintStream(err, true, StandardCharsets.UTF_8))
                    .run(arguments);
        }

        private String said(String... arguments) throws InterruptedException {
            assertThat(run(arguments)).isEqualTo(2);
            return err.toString(StandardCharsets.UTF_8).strip();
        }

        @Test
        void helpNamesEveryOption() throws Exception {
            assertThat(run("--help")).isZero();
            assertThat(person.lines.get(0))
                    .contains("Usage: bin/check-platform", "--really-live", "--as-the-relay", "--setting", "--privacy");
        }

        @Test
        void whatIsWrongIsASentence() throws Exception {
            assertThat(said())
                    .isEqualTo(
                            "Name a platform first: youtube, twitch or custom. bin/check-platform --help says more.");
            assertThat(said("custom", "--colour"))
                    .isEqualTo("The option --colour is not known; bin/check-platform --help lists the options.");
            assertThat(said("custom", "--server")).isEqualTo("The option --server needs a value after it.");
            assertThat(said("custom", "--seconds", "1"))
                    .isEqualTo("The option --seconds was given '1'; expected 5 to 3600.");
            assertThat(said("youtube", "--privacy", "secret"))
                    .isEqualTo("The option --privacy was given 'secret'; expected private, unlisted or public.");
            assertThat(said("youtube", "--setting", "client-secret=x"))
                    .isEqualTo("The option --setting was given something else than NAME=VALUE, or a secret,"
                            + " which does not belong on a command line.");
            assertThat(said("youtube", "--client-id", "4711"))
                    .isEqualTo(
                            "YouTube has one of client-id and client-secret; give both, or none for stream keys alone.");
        }

        @Test
        void onlyAWholeYesIsLeave() {
            var out = new ByteArrayOutputStream();
            var console = new CheckConsole(
                    new BufferedReader(new StringReader("y\nyes\n\nabc \n")),
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    () -> null);
            assertThat(console.allows("Everybody sees it.")).isFalse();
            assertThat(console.allows("Everybody sees it.")).isTrue();
            assertThat(console.allows("Everybody sees it.")).isFalse();
            assertThat(console.secret("The key:").reveal()).isEqualTo("abc");
            assertThat(console.allows("At the end?")).isFalse();
        }
    }
}

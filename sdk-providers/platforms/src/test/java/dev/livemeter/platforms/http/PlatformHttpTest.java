package dev.livemeter.platforms.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.PlatformTrouble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PlatformHttpTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final SkippingTime time = new SkippingTime(NOW);
    private final ScriptedServer server = new ScriptedServer();
    private final TestAccess access = access();

    @AfterEach
    void close() {
        server.close();
    }

    @Nested
    class Tokens {

        @Test
        void areSentAsBearerWithWhatTheDialectAdds() {
            server.then(200, "{\"items\":[]}");
            assertThat(http().send(call(), access)).isInstanceOf(Answer.Ok.class);
            assertThat(server.asked().get(0).headers())
                    .contains("Authorization: Bearer token-0", "Client-id: app-7", "Accept: application/json");
        }

        @Test
        void areReplacedOnceWhenRefused() {
            server.then(401, "{}").then(200, "{}");
            assertThat(http().send(post(), access)).isInstanceOf(Answer.Ok.class);
            assertThat(bearers()).containsExactly("Bearer token-0", "Bearer token-1");
            assertThat(access.lost()).isEmpty();
        }

        @Test
        void thatAreRefusedTwiceMeanThatTheAccountMustBeConnectedAgain() {
            server.then(401, "{}").then(401, "{}");
            assertThat(trouble(http().send(call(), access)))
                    .isEqualTo(new PlatformTrouble(
                            false,
                            null,
                            "http_401",
                            "Somewhere does not take the saved permission; connect the account again."));
            assertThat(bearers()).hasSize(2);
            assertThat(access.lost())
                    .containsExactly("Somewhere does not take the saved permission; connect the account again.");
        }

        @Test
        void goNowhereButToHttpsOrLoopback() {
            assertThatThrownBy(() -> Endpoint.of("http://api.example/v1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The endpoint http://api.example is not HTTPS; tokens are sent there."
                            + " Plain HTTP is for servers on loopback alone.");
            assertThatThrownBy(() -> Endpoint.of("http://127.0.0.1.example/v1"))
                    .isInstanceOf(IllegalArgumentException.class);
            var slip = Call.get("things.list", java.net.URI.create("http://api.example/v1?key=abc"));
            assertThatThrownBy(() -> http().send(slip, access))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("abc");
        }
    }

    @Nested
    class Repetition {

        @Test
        void bringsARepeatableCallThroughAPassingTrouble() {
            server.then(503, "").then(500, "oops").then(200, "{}");
            assertThat(http().send(call(), access)).isInstanceOf(Answer.Ok.class);
            assertThat(server.asked()).hasSize(3);
        }

        @Test
        void endsAfterAFewAttempts() {
            server.then(503, "").then(503, "").then(503, "").then(200, "{}");
            assertThat(trouble(http().send(call(), access)))
                    .isEqualTo(new PlatformTrouble(
                            true,
                            null,
                            "http_503",
                            "Somewhere is in trouble itself (status 503); it is asked again later."));
            assertThat(server.asked()).hasSize(3);
        }

        @Test
        void isNotForWhatCouldBeDoneTwice() {
            server.then(503, "").then(200, "{}");
            assertThat(trouble(http().send(post(), access)).retryable()).isTrue();
            assertThat(server.asked()).hasSize(1);
        }

        @Test
        void isNotForWhatIsRefusedForGood() {
            server.then(404, "{}").then(200, "{}");
            assertThat(trouble(http().send(call(), access)).retryable()).isFalse();
            assertThat(server.asked()).hasSize(1);
        }

        @Test
        void pausesWithFullJitterThatGrows() {
            var limits = new HttpLimits(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    Duration.ofMinutes(10),
                    40,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(8),
                    1000);
            for (var i = 0; i < 40; i++) {
                server.then(503, "");
            }
            http(limits, Budgets.generous(time)).send(call(), access);
            var pauses = time.pauses();
            assertThat(pauses).hasSize(39);
            assertThat(pauses.get(0)).isBetween(Duration.ZERO, Duration.ofSeconds(1));
            assertThat(pauses.get(1)).isBetween(Duration.ZERO, Duration.ofSeconds(2));
            assertThat(pauses).allSatisfy(pause -> assertThat(pause).isBetween(Duration.ZERO, Duration.ofSeconds(8)));
            // 37 pauses spread over 0 to 8 s
            assertThat(pauses).anySatisfy(pause -> assertThat(pause).isGreaterThan(Duration.ofSeconds(6)));
            assertThat(pauses.subList(3, 39))
                    .anySatisfy(pause -> assertThat(pause).isLessThan(Duration.ofSeconds(2)));
        }

        @Test
        void waitsAsLongAsThePlatformAsksInSeconds() {
            server.then(503, Map.of("Retry-After", "7"), "").then(200, "{}");
            assertThat(http().send(call(), access)).isInstanceOf(Answer.Ok.class);
            assertThat(time.pauses()).containsExactly(Duration.ofSeconds(7));
        }

        @Test
        void waitsAsLongAsThePlatformAsksByDate() {
            server.then(503, Map.of("Retry-After", "Sun, 22 Nov 2026 12:00:10 GMT"), "")
                    .then(200, "{}");
            assertThat(http().send(call(), access)).isInstanceOf(Answer.Ok.class);
            assertThat(time.pauses()).hasSize(1);
            assertThat(time.pauses().get(0)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
        }

        @Test
        void waitsAsLongAsTheDialectReads() {
            var dialect = new SomewhereElse() {
                @Override
                public Optional<Duration> pause(Reply reply, Instant now) {
                    return reply.header("Ratelimit-Reset")
                            .map(at -> Duration.between(now, Instant.ofEpochSecond(Long.parseLong(at))));
                }
            };
            server.then(429, Map.of("Ratelimit-Reset", Long.toString(NOW.getEpochSecond() + 9)), "")
                    .then(200, "{}");
            assertThat(http(dialect).send(call(), access)).isInstanceOf(Answer.Ok.class);
            assertThat(time.pauses().get(0)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(9));
        }

        @Test
        void doesNotWaitLongerThanTheCallerHasTime() {
            server.then(503, Map.of("Retry-After", "3600"), "").then(200, "{}");
            assertThat(trouble(http().send(call(), access)).retryAfter()).isEqualTo(Duration.ofHours(1));
            assertThat(server.asked()).hasSize(1);
            assertThat(time.pauses()).isEmpty();
        }

        @Test
        void heedsNoPauseThatMakesNoSense() {
            server.then(503, Map.of("Retry-After", "99999999"), "").then(200, "{}");
            assertThat(http().send(call(), access)).isInstanceOf(Answer.Ok.class);
            server.then(503, Map.of("Retry-After", "soon"), "").then(200, "{}");
            assertThat(http().send(call(), access)).isInstanceOf(Answer.Ok.class);
            server.then(503, Map.of("Retry-After", "-5"), "").then(200, "{}");
            assertThat(http().send(call(), access)).isInstanceOf(Answer.Ok.class);
        }
    }

    @Nested
    class RateLimits {

        @Test
        void ofThePlatformHoldForTheAccountAndForNoOther() {
            var http = http();
            server.then(429, Map.of("Retry-After", "300"), "").then(200, "{}").then(200, "{}");
            http.send(call(), access);
            assertThat(trouble(http.send(call(), access)).code()).isEqualTo("rate_budget");
            assertThat(server.asked()).hasSize(1);
            var other = new TestAccess("acc-2", "somewhere", Secret.of("other"), () -> Secret.of("none"));
            assertThat(http.send(call(), other)).isInstanceOf(Answer.Ok.class);
            time.skip(Duration.ofSeconds(301));
            assertThat(http.send(call(), access)).isInstanceOf(Answer.Ok.class);
        }

        @Test
        void ofATokenThatBelongsToNoSavedAccountHoldForNobody() {
            var http = http();
            server.then(429, Map.of("Retry-After", "300"), "").then(200, "{}").then(200, "{}");
            assertThat(trouble(http.send(post(), Secret.of("a-stranger's"))).retryAfter())
                    .isEqualTo(Duration.ofMinutes(5));
            assertThat(http.send(call(), access)).isInstanceOf(Answer.Ok.class);
            assertThat(http.exchange(call())).isInstanceOf(Outcome.Reached.class);
        }

        @Test
        void ofTheWholeApplicationHoldForSomeMinutesAtMost() {
            var http = http();
            server.then(429, Map.of("Retry-After", "86000"), "").then(200, "{}");
            http.exchange(post());
            assertThat(trouble(http.send(call(), access)).code()).isEqualTo("rate_budget");
            time.skip(Duration.ofMinutes(5));
            assertThat(http.send(call(), access)).isInstanceOf(Answer.Ok.class);
        }

        @Test
        void ofOurOwnDelayACallAsLongAsThereIsTime() {
            var budgets = new Budgets(
                    new RateBudget(time, 2, Duration.ofSeconds(10)),
                    new RateBudget(time, 100, Duration.ofSeconds(1)),
                    QuotaLedger.unlimited(time));
            var http = http(HttpLimits.standard(), budgets);
            server.then(200, "{}").then(200, "{}").then(200, "{}");
            http.send(call(), access);
            http.send(call(), access);
            assertThat(time.pauses()).isEmpty();
            assertThat(http.send(call(), access)).isInstanceOf(Answer.Ok.class);
            assertThat(time.pauses()).hasSize(1);
            assertThat(time.pauses().get(0)).isBetween(Duration.ofMillis(1), Duration.ofSeconds(5));
        }
    }

    @Nested
    class Quota {

        private final SkippingTime evening = new SkippingTime(Instant.parse("2026-11-23T07:59:00Z"));
        private final QuotaLedger ledger = new QuotaLedger(
                evening, ZoneId.of("America/Los_Angeles"), 100, 10, Map.of("things.insert", 50, "things.list", 1), 7);
        private final Budgets budgets = new Budgets(
                new RateBudget(evening, 100, Duration.ofSeconds(1)),
                new RateBudget(evening, 100, Duration.ofSeconds(1)),
                ledger);

        @Test
        void isCountedByPrice() {
            server.then(200, "{}").then(200, "{}").then(200, "{}");
            var http = http(HttpLimits.standard(), budgets);
            http.send(call(), access);
            http.send(post(), access);
            http.send(Call.get("things.other", server.endpoint().base()), access);
            assertThat(ledger.left()).isEqualTo(42);
        }

        @Test
        void costsEachAttempt() {
            server.then(503, "").then(503, "").then(200, "{}");
            http(HttpLimits.standard(), budgets).send(call(), access);
            assertThat(ledger.left()).isEqualTo(97);
        }

        @Test
        void thatIsUsedUpSendsNothingUntilMidnightAtThePlatform() {
            server.then(200, "{}").then(200, "{}").then(200, "{}");
            var http = http(HttpLimits.standard(), budgets);
            http.send(post(), access);
            http.send(post(), access);
            var trouble = trouble(http.send(call(), access));
            assertThat(trouble.retryable()).isTrue();
            assertThat(trouble.retryAfter()).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(3));
            assertThat(trouble.code()).isEqualTo("quota_budget");
            assertThat(trouble.message())
                    .isEqualTo(
                            "The units that Somewhere gives this application for a day are used up, but for a reserve;"
                                    + " it is not asked for this again before 2026-11-23T08:00:00Z.");
            assertThat(server.asked()).hasSize(2);
            evening.skip(Duration.ofSeconds(61));
            assertThat(http.send(call(), access)).isInstanceOf(Answer.Ok.class);
            assertThat(ledger.left()).isEqualTo(99);
        }

        @Test
        void keepsAReserveForWhatMustBeDone() {
            server.then(200, "{}").then(200, "{}");
            var http = http(HttpLimits.standard(), budgets);
            http.send(post(), access);
            var routine = Call.json(
                            "things.insert",
                            "POST",
                            server.endpoint().base(),
                            Json.object().build())
                    .with(Call.Need.ROUTINE);
            assertThat(trouble(http.send(routine, access)).code()).isEqualTo("quota_budget");
            assertThat(http.send(post(), access)).isInstanceOf(Answer.Ok.class);
        }

        @Test
        void isWhatThePlatformSays() {
            var dialect = new SomewhereElse() {
                @Override
                public Refusal refusal(Reply reply, Instant now) {
                    return new Refusal(Refusal.Kind.QUOTA, null, "quotaExceeded", "Nothing is left for today.");
                }
            };
            server.then(403, "{}");
            var http = new PlatformHttp(
                    dialect,
                    HttpLimits.standard(),
                    evening.surroundings(new Random(7)),
                    budgets,
                    new CallCounts("somewhere", ledger));
            assertThat(trouble(http.send(call(), access)).retryAfter())
                    .isBetween(Duration.ofSeconds(30), Duration.ofMinutes(3));
            assertThat(ledger.left()).isZero();
            assertThat(trouble(http.send(call(), access)).code()).isEqualTo("quota_budget");
            assertThat(server.asked()).hasSize(1);
        }

        private PlatformHttp http(HttpLimits limits, Budgets given) {
            return new PlatformHttp(
                    new SomewhereElse(),
                    limits,
                    evening.surroundings(new Random(7)),
                    given,
                    new CallCounts("somewhere", ledger));
        }
    }

    @Nested
    class BadServers {

        @Test
        void thatDoNotAnswerAreGivenUp() throws IOException {
            try (var mute = new RawServer(out -> Thread.sleep(60_000))) {
                assertThat(trouble(hasty().send(
                                        Call.get("things.list", mute.endpoint().base()), access)))
                        .isEqualTo(new PlatformTrouble(
                                true, null, "timeout", "Somewhere did not answer in time; it is asked again later."));
            }
        }

        @Test
        void thatDripAreGivenUpInTheMiddleOfTheBody() throws IOException {
            var drip = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{";
            try (var slow = new RawServer(out -> {
                out.write(drip.getBytes(StandardCharsets.US_ASCII));
                while (true) {
                    out.write(' ');
                    out.flush();
                    Thread.sleep(20);
                }
            })) {
                assertThat(trouble(hasty().send(
                                                Call.get(
                                                        "things.list",
                                                        slow.endpoint().base()),
                                                access))
                                .code())
                        .isEqualTo("timeout");
            }
        }

        @Test
        void thatCutAreAskedAgain() throws IOException {
            try (var cutting = new RawServer(
                    out -> out.write("HTTP/1.1 200 OK\r\nContent-Le".getBytes(StandardCharsets.US_ASCII)))) {
                assertThat(trouble(http().send(
                                        Call.get(
                                                "things.list",
                                                cutting.endpoint().base()),
                                        access)))
                        .isEqualTo(
                                new PlatformTrouble(
                                        true,
                                        null,
                                        "connection_lost",
                                        "The connection to Somewhere broke before its answer was complete; it is asked again later."));
                assertThat(cutting.connections()).isEqualTo(3);
            }
        }

        @Test
        void thatPromiseMoreThanTheySendAreNotBelieved() throws IOException {
            var lie = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"items\":[]}";
            try (var lying = new RawServer(out -> out.write(lie.getBytes(StandardCharsets.US_ASCII)))) {
                assertThat(trouble(http().send(
                                                Call.get(
                                                        "things.list",
                                                        lying.endpoint().base()),
                                                access))
                                .code())
                        .isEqualTo("connection_lost");
            }
        }

        @Test
        void thatSendMoreThanTheyPromiseMakeNoJson() throws IOException {
            var lie = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n{\"items\":[]}";
            try (var lying = new RawServer(out -> out.write(lie.getBytes(StandardCharsets.US_ASCII)))) {
                assertThat(trouble(http().send(
                                        Call.get("things.list", lying.endpoint().base()), access)))
                        .isEqualTo(
                                new PlatformTrouble(
                                        true,
                                        null,
                                        "malformed",
                                        "Somewhere answered with something that is no JSON object; check the endpoint in the configuration."));
            }
        }

        @Test
        void thatSendHeadersThatCannotBeAreNotBelieved() throws IOException {
            var lie = "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}";
            try (var lying = new RawServer(out -> out.write(lie.getBytes(StandardCharsets.US_ASCII)))) {
                var trouble = trouble(
                        http().send(Call.get("things.list", lying.endpoint().base()), access));
                assertThat(trouble.retryable()).isTrue();
                assertThat(trouble.code()).isIn("malformed", "connection_lost");
            }
        }

        @Test
        void thatSendJsonThatNobodyCanReadAreNotBelieved() {
            for (var value : List.of(
                    "[".repeat(3_000) + "]".repeat(3_000),
                    "{\"a\":".repeat(3_000) + "1" + "}".repeat(3_000),
                    "1e99999999999",
                    "1".repeat(5_000) + ".5")) {
                server.then(200, "{\"items\":" + value + "}");
                assertThat(trouble(http().send(post(), access)).code()).isEqualTo("malformed");
            }
        }

        @Test
        void thatSendTooMuchAreNotReadToTheEnd() throws IOException {
            var sent = new AtomicInteger();
            try (var endless = new RawServer(out -> {
                out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                var block = new byte[1 << 16];
                while (true) {
                    out.write(block);
                    sent.addAndGet(block.length);
                }
            })) {
                assertThat(trouble(http().send(
                                        Call.get(
                                                "things.list",
                                                endless.endpoint().base()),
                                        access)))
                        .isEqualTo(new PlatformTrouble(
                                false,
                                null,
                                "too_long",
                                "Somewhere answered with more than 1048576 bytes, which is not read;"
                                        + " check the endpoint in the configuration."));
                assertThat(endless.connections()).isEqualTo(1);
                assertThat(sent).hasValueLessThan(64 << 20);
            }
        }

        @Test
        void thatRedirectAreNotFollowed() {
            server.then(302, Map.of("Location", server.endpoint().base() + "/elsewhere"), "")
                    .then(200, "{}");
            assertThat(trouble(http().send(call(), access)))
                    .isEqualTo(new PlatformTrouble(
                            false,
                            null,
                            "http_302",
                            "Somewhere answered with a redirection (status 302), which is not followed;"
                                    + " correct its endpoint in the configuration."));
            assertThat(server.asked()).hasSize(1);
        }

        @Test
        void thatAreNotThereAreSaidToBeUnreachable() throws IOException {
            // It has the port and does not listen, so that nobody else does meanwhile.
            try (var holder = new Socket()) {
                holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var nobody = Endpoint.of("http://127.0.0.1:" + holder.getLocalPort());
                assertThat(trouble(http().send(Call.get("things.list", nobody.base()), access)))
                        .isEqualTo(
                                new PlatformTrouble(
                                        true,
                                        null,
                                        "unreachable",
                                        "Somewhere cannot be reached; check that this host may connect to it, and its name is found."));
            }
        }

        @Test
        void thatAnswerWithAPageInsteadOfJsonAreNotBelieved() {
            server.then(200, "<html>Welcome to the hotel</html>")
                    .then(200, "[1]")
                    .then(200, "{\"a\":");
            assertThat(trouble(http().send(post(), access)).code()).isEqualTo("malformed");
            assertThat(trouble(http().send(post(), access)).code()).isEqualTo("malformed");
            assertThat(trouble(http().send(post(), access)).code()).isEqualTo("malformed");
        }
    }

    @Test
    void anInterruptedThreadGetsATroubleAndStaysInterrupted() throws IOException {
        try (var mute = new RawServer(out -> Thread.sleep(60_000))) {
            Thread.currentThread().interrupt();
            var trouble =
                    trouble(http().send(Call.get("things.list", mute.endpoint().base()), access));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(trouble.code()).isEqualTo("interrupted");
        }
    }

    @Test
    void neitherLogNorAnswerShowsASecret() {
        var logger = (Logger) LoggerFactory.getLogger("dev.livemeter.platforms");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.TRACE);
        logger.setAdditive(false);
        try {
            server.then(401, "{\"secret\":\"body-secret\"}")
                    .then(400, "{\"secret\":\"body-secret\"}")
                    .then(200, "{\"secret\":\"body-secret\"}");
            var call = Call.json(
                    "things.insert",
                    "POST",
                    server.endpoint().at("/things", Map.of("key", "query-secret")),
                    Json.object().add("secret", "body-secret").build());
            var http = http();
            var shown = List.of(http.send(call, access), http.send(call, access), call) + "";
            var logged = String.join(
                    "\n",
                    lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
            assertThat(logged).contains("Somewhere things.insert -> 401", "Somewhere things.insert -> 200");
            assertThat(logged + shown)
                    .doesNotContain("body-secret")
                    .doesNotContain("query-secret")
                    .doesNotContain("token-");
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
            logger.setAdditive(true);
        }
    }

    private TestAccess access() {
        var number = new AtomicInteger();
        return new TestAccess(
                "acc-1", "somewhere", Secret.of("token-0"), () -> Secret.of("token-" + number.incrementAndGet()));
    }

    private Call call() {
        return Call.get("things.list", server.endpoint().at("/things", Map.of("part", "id,snippet")));
    }

    private Call post() {
        return Call.json(
                "things.insert",
                "POST",
                server.endpoint().at("/things", Map.of()),
                Json.object().build());
    }

    private List<String> bearers() {
        return server.asked().stream()
                .flatMap(asked -> asked.headers().stream())
                .filter(header -> header.startsWith("Authorization: "))
                .map(header -> header.substring("Authorization: ".length()))
                .toList();
    }

    private PlatformHttp http() {
        return http(new SomewhereElse());
    }

    private PlatformHttp hasty() {
        return http(
                HttpLimits.standard().within(Duration.ofMillis(300), Duration.ofMillis(500)), Budgets.generous(time));
    }

    private PlatformHttp http(Dialect dialect) {
        return new PlatformHttp(
                dialect, HttpLimits.standard(), time.surroundings(new Random(7)), Budgets.generous(time), counts());
    }

    private PlatformHttp http(HttpLimits limits, Budgets budgets) {
        return new PlatformHttp(new SomewhereElse(), limits, time.surroundings(new Random(7)), budgets, counts());
    }

    private CallCounts counts() {
        return new CallCounts("somewhere", QuotaLedger.unlimited(time));
    }

    private static PlatformTrouble trouble(Answer answer) {
        return answer.fold(
                json -> {
                    throw new AssertionError("It did not fail.");
                },
                trouble -> trouble);
    }

    private static class SomewhereElse implements Dialect {
        @Override
        public String platform() {
            return "Somewhere";
        }

        @Override
        public Map<String, String> headers() {
            return Map.of("Client-Id", "app-7");
        }
    }
}

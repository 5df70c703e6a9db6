package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.platforms.http.Budgets;
import dev.livemeter.platforms.http.CallCounts;
import dev.livemeter.platforms.http.Dialect;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.platforms.http.QuotaLedger;
import dev.livemeter.platforms.http.RateBudget;
import dev.livemeter.platforms.http.SkippingTime;
import dev.livemeter.platforms.http.Surroundings;
import dev.livemeter.spi.CarriesChat.Ear;
import dev.livemeter.spi.CarriesChat.Link;
import dev.livemeter.spi.CarriesChat.Means;
import dev.livemeter.spi.CarriesChat.Message;
import dev.livemeter.spi.CarriesChat.Removal;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.spi.CarriesChat.State;
import dev.livemeter.testing.StandingAccess;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.SystemScheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a YouTube chat makes of a server that fails in all the ways that it can. */
@Timeout(180)
class YouTubeChatTroubleTest {

    private static final String BROKEN =
            "interrupted connection_lost: The connection to YouTube's chat broke; it is joined again.";

    private final SkippingTime time = new SkippingTime(Instant.parse("2026-11-22T12:00:00Z"));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SystemScheduler scheduler = new SystemScheduler(threads);
    private final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private final HeardWords heard = new HeardWords();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger polled = new AtomicInteger();
    private QuotaLedger quota = QuotaLedger.unlimited(time);
    private HttpServer server;
    private volatile Handler streams = exchange -> push(exchange, page("m-1", "one", 10));
    private volatile Handler polls = exchange -> answer(exchange, 200, page("m-1", "one", 10));
    private volatile Handler insertions = exchange -> answer(exchange, 200, "{\"id\":\"own\"}");

    private interface Handler {

        void handle(HttpExchange exchange) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/liveBroadcasts",
                exchange -> answer(exchange, 200, "{\"items\":[{\"snippet\":{\"liveChatId\":\"chat-1\"}}]}"));
        server.createContext("/liveChat/messages/stream", exchange -> {
            opened.incrementAndGet();
            streams.handle(exchange);
        });
        server.createContext("/liveChat/messages", exchange -> {
            if (exchange.getRequestMethod().equals("POST")) {
                insertions.handle(exchange);
            } else {
                polled.incrementAndGet();
                polls.handle(exchange);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        scheduler.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private static String page(String id, String text, long interval) {
        return "{\"nextPageToken\":\"next\",\"pollingIntervalMillis\":" + interval + ",\"items\":[{\"id\":\"" + id
                + "\",\"snippet\":{\"type\":\"textMessageEvent\",\"textMessageDetails\":{\"messageText\":\"" + text
                + "\"}},\"authorDetails\":{\"channelId\":\"1\",\"displayName\":\"fan\"}}]}";
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static void once(HttpExchange exchange, String page) throws IOException {
        answer(exchange, 200, "[" + page + "]");
    }

    private void push(HttpExchange exchange, String page) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(("[" + page).getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Link join(Ear ear, Duration answer) {
        var http = new PlatformHttp(
                Dialect.plain("YouTube"),
                HttpLimits.standard(),
                new Surroundings(time, new Random(1), Surroundings.sleeping(), threads),
                new Budgets(
                        new RateBudget(time, 1_000, Duration.ofSeconds(10)),
                        new RateBudget(time, 1_000, Duration.ofSeconds(10)),
                        quota),
                new CallCounts("youtube", quota));
        var chat = new YouTubeChat(
                http,
                Endpoint.of("http://127.0.0.1:" + server.getAddress().getPort()),
                new ChatPatience(answer, Duration.ofMillis(20), Duration.ofMillis(100), new Random(2)),
                threads);
        Scheduler noting = (delay, task) -> {
            pauses.add(delay);
            return scheduler.after(delay, task);
        };
        return chat.join(
                new BroadcastRef("broadcast-1", "", null),
                StandingAccess.of("bob", "youtube", new PlatformIdentity("UC-bob", "Bob"), "token-of-bob"),
                ear,
                new Means(time, noting, threads));
    }

    private Link join() {
        return join(heard, Duration.ofSeconds(5));
    }

    @Test
    void aPushThatIsRefusedForAMomentIsTriedAgain() {
        var refusals = new AtomicInteger();
        streams = exchange -> {
            switch (refusals.getAndIncrement()) {
                case 0 -> answer(exchange, 503, "{}");
                case 1 -> answer(exchange, 429, "{}");
                default -> push(exchange, page("m-1", "one", 10));
            }
        };
        try (var link = join()) {
            heard.awaits("fan: one");
            assertThat(heard.words())
                    .containsExactly(
                            BROKEN,
                            "interrupted http_429: YouTube wants fewer requests; its chat is joined again later.",
                            "connected",
                            "fan: one");
            assertThat(polled).hasValue(0);
            assertThat(link).isNotNull();
        }
    }

    @Test
    void wherePushesFailAgainAndAgainItIsPolledAndAPushIsTriedOnceMoreLater() {
        streams = exchange -> answer(exchange, 503, "{}");
        try (var link = join()) {
            heard.awaits("fan: one");
            HeardWords.await(() -> polled.get() > 3);
            assertThat(opened).hasValue(3);
            streams = exchange -> push(exchange, page("m-2", "pushed", 10));
            time.skip(Duration.ofMinutes(10));
            heard.awaits("fan: pushed");
            var polls = polled.get();
            assertThat(opened).hasValue(4);
            assertThat(link.say("hello")).isEqualTo(new Saying.Said());
            assertThat(polled).hasValue(polls);
            assertThat(heard.words().stream().filter("connected"::equals)).hasSize(1);
        }
    }

    @Test
    void pushesThatEndAtOnceAreOpenedEverMoreSeldomAndThenNoMore() {
        streams = exchange -> once(exchange, page("m-1", "one", 150));
        quota = new QuotaLedger(
                time,
                ZoneOffset.UTC,
                1_000,
                0,
                Map.of(ChatUnits.STREAM, 5, YouTubeSettings.CHAT_PUSH, 0, ChatUnits.LIST, 0, "liveBroadcasts.list", 1),
                1);
        try (var link = join()) {
            HeardWords.await(() -> polled.get() > 0);
            assertThat(opened).hasValue(3);
            assertThat(quota.left()).isEqualTo(1_000 - 1 - 3 * 5);
            // Never sooner than YouTube wants to be asked.
            assertThat(pauses.stream().filter(pause -> pause.compareTo(Duration.ofSeconds(1)) < 0))
                    .isNotEmpty()
                    .allSatisfy(pause -> assertThat(pause).isGreaterThanOrEqualTo(Duration.ofMillis(150)));
            assertThat(link).isNotNull();
        }
    }

    @Test
    void unitsForBroadcastsAreLeftAlone() {
        // Three broadcasts of 151 units each are kept, and a push costs 5.
        quota = new QuotaLedger(
                time,
                ZoneOffset.UTC,
                458,
                0,
                Map.of(
                        "liveBroadcasts.list",
                        1,
                        ChatUnits.STREAM,
                        5,
                        "liveBroadcasts.insert",
                        50,
                        "liveStreams.insert",
                        51,
                        "liveBroadcasts.bind",
                        50),
                1);
        try (var link = join()) {
            HeardWords.await(
                    () -> heard.words().stream().anyMatch(word -> word.startsWith("interrupted quota_budget: ")));
            assertThat(opened).hasValue(0);
            assertThat(quota.left()).isEqualTo(457);
            assertThat(link).isNotNull();
        }
    }

    @Test
    void nobodyIsBelievedThatPagesShouldBeAskedForOnceInALifetime() {
        streams = exchange -> answer(exchange, 404, "{}");
        polls = exchange -> answer(exchange, 200, page("m-1", "one", 999_999_999_999_999_999L));
        try (var link = join()) {
            heard.awaits("fan: one");
            HeardWords.await(() -> pauses.contains(Duration.ofMinutes(5)));
            assertThat(heard.words()).containsExactly("connected", "fan: one");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void aPushThatDoesNotBeginIsGivenUp() {
        var first = new AtomicInteger();
        streams = exchange -> {
            if (first.getAndIncrement() > 0) {
                push(exchange, page("m-1", "one", 10));
                return;
            }
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (var link = join(heard, Duration.ofMillis(700))) {
            heard.awaits("fan: one");
            assertThat(heard.words()).containsExactly(BROKEN, "connected", "fan: one");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void anErrorWithoutEndIsLetGoOf() throws InterruptedException {
        var gone = new CountDownLatch(1);
        streams = exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(404, 0);
                var block = new byte[1 << 16];
                while (over.getCount() > 0) {
                    exchange.getResponseBody().write(block);
                }
            } catch (IOException left) {
                gone.countDown();
            }
        };
        try (var link = join()) {
            heard.awaits("fan: one");
            assertThat(gone.await(60, TimeUnit.SECONDS)).as("let go of").isTrue();
            assertThat(polled).hasPositiveValue();
            assertThat(link).isNotNull();
        }
    }

    @Test
    void whoLeavesLetsGoOfAPushThatHasNotBegun() throws InterruptedException {
        var gone = new CountDownLatch(1);
        var asked = new CountDownLatch(1);
        streams = exchange -> {
            asked.countDown();
            try (exchange) {
                gone.await();
                // Nobody reads it: the connection is closed, which shows after some writing.
                exchange.sendResponseHeaders(200, 0);
                while (over.getCount() > 0) {
                    exchange.getResponseBody().write(new byte[1 << 16]);
                }
            } catch (IOException left) {
                over.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        var link = join();
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        link.close();
        gone.countDown();
        assertThat(over.await(60, TimeUnit.SECONDS)).as("let go of").isTrue();
    }

    @Test
    void aFaultInOneStepIsNotTheEnd() {
        var faults = new AtomicInteger();
        var faulty = new Ear() {
            @Override
            public void said(Message message) {
                if (faults.getAndIncrement() == 0) {
                    throw new IllegalStateException("a bug");
                }
                heard.said(message);
            }

            @Override
            public void removed(Removal removal) {}

            @Override
            public void changed(State state) {
                heard.changed(state);
            }
        };
        try (var link = join(faulty, Duration.ofSeconds(5))) {
            heard.awaits("fan: one");
            assertThat(heard.words())
                    .containsExactly(
                            "connected",
                            "interrupted fault: The chat was interrupted by a fault in this application,"
                                    + " whose log tells more; it is joined again.",
                            "connected",
                            "fan: one");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void anEmptyAnswerIsNoBroadcastWithoutAChat() {
        server.removeContext("/liveBroadcasts");
        var answers = new AtomicInteger();
        server.createContext(
                "/liveBroadcasts",
                exchange -> answer(
                        exchange,
                        200,
                        answers.getAndIncrement() == 0
                                ? "{}"
                                : "{\"items\":[{\"snippet\":{\"liveChatId\":\"chat-1\"}}]}"));
        try (var link = join()) {
            heard.awaits("fan: one");
            assertThat(heard.words().get(0)).startsWith("interrupted malformed: ");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void aReplyWhoseAnswerIsLostIsNotToBeRepeated() {
        insertions = HttpExchange::close;
        try (var link = join()) {
            heard.awaits("fan: one");
            var refused = (Saying.Refused) link.say("hello");
            assertThat(refused.trouble().retryable()).isFalse();
            assertThat(refused.trouble().code()).isEqualTo("no_answer");
            assertThat(refused.trouble().message())
                    .isEqualTo("The platform has not answered in time; look there before it is said again.");
        }
    }

    @Test
    void aReplyTakesNothingOfTheReserve() {
        quota = new QuotaLedger(
                time,
                ZoneOffset.UTC,
                1_000,
                900,
                Map.of(
                        "liveBroadcasts.list",
                        1,
                        ChatUnits.STREAM,
                        1,
                        YouTubeSettings.CHAT_PUSH,
                        0,
                        "liveChatMessages.insert",
                        99),
                1);
        try (var link = join()) {
            heard.awaits("fan: one");
            var refused = (Saying.Refused) link.say("hello");
            assertThat(refused.trouble().code()).isEqualTo("quota_budget");
            assertThat(quota.left()).isEqualTo(998);
        }
    }
}

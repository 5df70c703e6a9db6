package dev.livemeter.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.chat.ChatPerson;
import dev.livemeter.chat.ChatPolicy;
import dev.livemeter.chat.ChatPolicy.Guests;
import dev.livemeter.http.Caller;
import dev.livemeter.http.RateLimit;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.BanScope;
import dev.livemeter.moderation.Moderator;
import dev.livemeter.money.Tariff;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.time.TimeSource;
import jakarta.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chat on a real server, by polling and by WebSocket: the same messages, in the same order, whoever changes between them. */
@Timeout(180)
class ChatTransportsTest {

    private static final UserId BOB = UserId.of("bob");
    private static final ChatChannel STREAM = ChatChannel.ofStream(BOB);
    private static final ChatPerson HOST = ChatPerson.user(BOB);

    private final ManualTime webTime = ManualTime.create();
    private final Livemeter live = Livemeter.builder()
            .wallet(InMemoryBooks.create(TimeSource.system()))
            .tariff(Tariff.perMinute("USD", "0.10"))
            .chat(ChatPolicy.builder()
                    .kept(1000)
                    .longestText(5000)
                    .guests(Guests.WRITE)
                    .personRate(10_000, Duration.ofSeconds(1))
                    .channelRate(10_000, Duration.ofSeconds(1))
                    .build())
            .build();
    private final WebServer server = WebServer.builder(live)
            .port(0)
            .time(webTime)
            .rateLimit(new RateLimit(1_000_000, 1_000_000))
            .authenticator(request -> request.header("x-test-user").map(Caller::broadcaster))
            .start();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        server.close();
        live.close();
    }

    private ChatClient client(String user) {
        return new ChatClient(http, server.url(), user, STREAM.key());
    }

    private void say(int from, int to) {
        for (var i = from; i <= to; i++) {
            live.chat().post(STREAM, HOST, "m" + i, "text " + i).orElseThrow();
        }
    }

    private static List<Long> numbers(JsonObject page) {
        return page.getJsonArray("entries").getValuesAs(JsonObject.class).stream()
                .map(entry -> entry.getJsonNumber("sequence").longValue())
                .toList();
    }

    private static List<Long> from(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void bothWaysTellTheSameObjects() throws Exception {
        var alice = client("alice");
        assertThat(alice.post("m1", "<b>hello</b> & 'you'")).isEqualTo(201);
        assertThat(alice.post("m1", "<b>hello</b> & 'you'")).isEqualTo(200);
        say(2, 3);
        live.chat().delete(STREAM, HOST, 2).orElseThrow();

        var polled = alice.poll(0, 0);
        var line = alice.open(0);
        var pushed = line.next("page");
        assertThat(pushed.getJsonArray("entries")).isEqualTo(polled.getJsonArray("entries"));
        assertThat(numbers(polled)).isEqualTo(from(1, 4));
        assertThat(polled.getJsonArray("entries").getJsonObject(0).getString("text"))
                .isEqualTo("<b>hello</b> & 'you'");
        assertThat(pushed.getInt("next")).isEqualTo(polled.getInt("next")).isEqualTo(4);
        line.drop();
    }

    @Test
    void aPollWaitsUntilSomethingIsSaid() {
        var waiting = client("alice").pollLater(0, 20);
        await(() -> live.chat().readers() == 1);
        assertThat(waiting).isNotDone();
        say(1, 1);
        assertThat(numbers(waiting.orTimeout(60, TimeUnit.SECONDS).join())).containsExactly(1L);
        assertThat(live.chat().readers()).isZero();
    }

    @Test
    void aPollThatWaitedForNothingIsAnsweredAllTheSame() {
        say(1, 1);
        var page = client("alice").poll(1, 1);
        assertThat(numbers(page)).isEmpty();
        assertThat(page.getInt("next")).isEqualTo(1);
        assertThat(page.getBoolean("missed")).isFalse();
    }

    @Test
    void oneSaysAndDeletesOverASocketToo() throws Exception {
        var alice = client("alice").open(0);
        var bob = client("bob").open(0);
        alice.say("{\"type\":\"post\",\"id\":\"m1\",\"text\":\"hello\"}");
        assertThat(alice.next("posted").toString())
                .isEqualTo("{\"type\":\"posted\",\"id\":\"m1\",\"sequence\":1,\"repeat\":false}");
        alice.say("{\"type\":\"post\",\"id\":\"m1\",\"text\":\"hello\"}");
        assertThat(alice.next("posted").getBoolean("repeat")).isTrue();
        alice.say("{\"type\":\"delete\",\"message\":1}");
        assertThat(alice.next("refused").getString("code")).isEqualTo("chat.not_allowed");
        bob.say("{\"type\":\"delete\",\"message\":1}");
        assertThat(bob.next("deleted").getInt("sequence")).isEqualTo(2);

        var seen = new ArrayList<Long>();
        while (seen.size() < 2) {
            seen.addAll(numbers(alice.next("page")));
        }
        assertThat(seen).containsExactly(1L, 2L);
        alice.drop();
        bob.drop();
    }

    @Test
    void whatIsMalformedIsRefusedAndTheSocketGoesOn() throws Exception {
        var line = client("alice").open(0);
        for (var text : List.of(
                "",
                "[]",
                "{",
                "{\"type\":\"dance\"}",
                "{\"type\":\"post\",\"id\":\"m1\"}",
                "{\"type\":\"delete\"}",
                "{\"x\":1}")) {
            line.say(text);
            assertThat(line.next("refused").getString("detail")).as(text).isNotBlank();
        }
        line.say("{\"type\":\"post\",\"id\":\"m1\",\"text\":\"a\\u202eb\"}");
        assertThat(line.next("refused").getString("code")).isEqualTo("chat.unfit");
        line.say("{\"type\":\"post\",\"id\":\"m1\",\"text\":\"good\"}");
        assertThat(line.next("posted").getInt("sequence")).isEqualTo(1);
        line.say("x".repeat(40_000));
        assertThat(line.closedWith()).isEqualTo(1009);
        await(() -> live.chat().readers() == 0);
    }

    @Test
    void nobodyComesInFromAnotherSiteOrWithoutANameOrForNothing() {
        var alice = client("alice");
        assertThatThrownBy(() -> alice.open(0, "Origin", "https://evil.example"))
                .satisfies(e -> refusedWith(e, 403));
        assertThatThrownBy(() -> alice.open(0, "X-Other", "none")).satisfies(e -> refusedWith(e, 401));
        var closed = new ChatClient(http, server.url(), "alice", "room/7x2h");
        assertThatThrownBy(() -> closed.open(0)).satisfies(e -> refusedWith(e, 403));
        var malformed = new ChatClient(http, server.url(), "alice", "ROOM/7x2h");
        assertThatThrownBy(() -> malformed.open(0)).satisfies(e -> refusedWith(e, 404));
        assertThat(live.chat().readers()).isZero();
    }

    private static void refusedWith(Throwable thrown, int status) {
        assertThat(thrown).hasMessageStartingWith("The server answered HTTP/1.1 " + status + " ");
    }

    @Test
    void aGuestComesWithAPassAmongTheProtocols() throws Exception {
        var issued = http.send(
                java.net.http.HttpRequest.newBuilder(server.url().resolve("/api/chat/guests"))
                        .header("Content-Type", "application/json")
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"name\":\"Zo\u00eb\"}"))
                        .build(),
                java.net.http.HttpResponse.BodyHandlers.ofString());
        assertThat(issued.statusCode()).as(issued.body()).isEqualTo(201);
        var pass = ChatClient.json(issued.body()).getString("pass");
        var line = client("").open(0, "X-Other", "none", "livemeter.chat.1", "guest." + pass);
        assertThat(line.protocol()).isEqualTo("livemeter.chat.1");
        line.say("{\"type\":\"post\",\"id\":\"m1\",\"text\":\"hello\"}");
        var author = new ArrayList<JsonObject>();
        while (author.isEmpty()) {
            line.next("page")
                    .getJsonArray("entries")
                    .getValuesAs(JsonObject.class)
                    .forEach(entry -> author.add(entry.getJsonObject("author")));
        }
        assertThat(author.get(0).getString("kind")).isEqualTo("guest");
        assertThat(author.get(0).getString("name")).isEqualTo("Zo\u00eb");
        line.drop();
    }

    @Test
    void whoIsBannedIsCutOnBothWays() throws Exception {
        var line = client("troll").open(0);
        var other = client("alice").open(0);
        var poll = client("troll").pollLater(0, 20);
        await(() -> live.chat().readers() == 3);
        live.moderation()
                .banForEver(Moderator.ordinary(BOB), PersonId.of(UserId.of("troll")), BanScope.of(BOB), "spam")
                .orElseThrow();
        assertThat(poll.join().getString("code")).isEqualTo("chat.banned");
        assertThat(line.next("over").getString("detail")).isEqualTo("You are banned by bob. Reason: spam");
        assertThat(line.closedWith()).isEqualTo(4403);
        say(1, 1);
        var page = other.next("page");
        while (numbers(page).isEmpty()) {
            page = other.next("page");
        }
        assertThat(numbers(page)).containsExactly(1L);
        other.drop();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoChangesBetweenTheWaysLosesAndRepeatsNothing(long seed) throws Exception {
        var messages = 300;
        var threads = Executors.newCachedThreadPool();
        try {
            var readers = IntStream.range(0, 10)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> readAll(client("reader" + i), new Random(seed * 100 + i), messages), threads))
                    .toList();
            var writer = CompletableFuture.runAsync(() -> say(1, messages), threads);
            for (var reader : readers) {
                assertThat(reader.get(120, TimeUnit.SECONDS)).as("seed " + seed).isEqualTo(from(1, messages));
            }
            writer.get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Long> readAll(ChatClient client, Random random, int messages) {
        var seen = new ArrayList<Long>();
        try {
            while (seen.size() < messages) {
                var cursor = seen.isEmpty() ? 0 : seen.get(seen.size() - 1);
                if (random.nextBoolean()) {
                    seen.addAll(numbers(client.poll(cursor, random.nextInt(3))));
                } else {
                    var line = client.open(cursor);
                    for (var pages = 1 + random.nextInt(4); pages > 0 && seen.size() < messages; pages--) {
                        seen.addAll(numbers(line.next("page")));
                    }
                    line.drop();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return seen;
    }

    @Test
    void aThousandReadersOfOneChannelAreToldEverything() throws Exception {
        var messages = 20;
        var lines = IntStream.range(0, 500)
                .mapToObj(i -> client("reader" + i).open(0))
                .toList();
        var polls = IntStream.range(500, 1_000)
                .mapToObj(i -> follow(client("reader" + i), new ArrayList<>(), messages))
                .toList();
        await(() -> live.chat().readers() == 1_000);
        say(1, messages);
        for (var line : lines) {
            var seen = new ArrayList<Long>();
            while (seen.size() < messages) {
                seen.addAll(numbers(line.next("page")));
            }
            assertThat(seen).isEqualTo(from(1, messages));
        }
        for (var poll : polls) {
            assertThat(poll.get(60, TimeUnit.SECONDS)).isEqualTo(from(1, messages));
        }
        lines.forEach(ChatLine::drop);
        await(() -> live.chat().readers() == 0);
    }

    private static CompletableFuture<List<Long>> follow(ChatClient client, List<Long> seen, int messages) {
        return client.pollLater(seen.isEmpty() ? 0 : seen.get(seen.size() - 1), 25)
                .thenCompose(page -> {
                    seen.addAll(numbers(page));
                    return seen.size() >= messages
                            ? CompletableFuture.completedFuture(seen)
                            : follow(client, seen, messages);
                });
    }

    @Test
    void whoDoesNotReadIsDroppedWhileOthersGoOn() throws Exception {
        var good = client("alice").open(0);
        try (var stalled = new Socket()) {
            stalled.setReceiveBufferSize(4 * 1024);
            stalled.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            var upgrade = List.of(
                    "GET /api/chat/stream/bob/socket?after=0 HTTP/1.1",
                    "Host: localhost",
                    "X-Test-User: sleeper",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Version: 13",
                    "",
                    "");
            stalled.getOutputStream().write(String.join("\r\n", upgrade).getBytes(StandardCharsets.US_ASCII));
            await(() -> live.chat().readers() == 2);
            var longest = "\ud83d\ude00".repeat(5_000);
            var seen = new ArrayList<Long>();
            for (var i = 1; i <= 900; i++) {
                live.chat().post(STREAM, HOST, "m" + i, longest).orElseThrow();
                while (seen.size() < i) {
                    seen.addAll(numbers(good.next("page")));
                }
            }
            assertThat(seen).isEqualTo(from(1, 900));
            // Nobody was dropped for being quick; only time shows who is slow.
            assertThat(live.chat().readers()).isEqualTo(2);
            webTime.advance(Duration.ofSeconds(16));
            await(() -> live.chat().readers() == 1);
        }
        live.chat().post(STREAM, HOST, "last", "still here?").orElseThrow();
        assertThat(numbers(good.next("page"))).containsExactly(901L);
        good.drop();
    }

    @Test
    void aServerThatStopsKeepsNoPollWaiting() {
        var waiting = client("alice").pollLater(0, 25);
        await(() -> live.chat().readers() == 1);
        server.close();
        assertThat(numbers(waiting.orTimeout(60, TimeUnit.SECONDS).join())).isEmpty();
    }

    private interface Condition {
        boolean holds();
    }

    /** Waits for what other threads do; fails by the test's time-out. */
    private static void await(Condition condition) {
        while (!condition.holds()) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new AssertionError("Interrupted while waiting: " + Arrays.toString(e.getStackTrace()), e);
            }
        }
    }
}

package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.broadcast.chat.PlatformAuthor.Badge;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.CarriesChat.Message;
import dev.livemeter.spi.CarriesChat.Removal;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.testing.InMemoryPlatformChat;
import dev.livemeter.testing.StandingAccess;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said on the platforms beside Bob's stream, by REST. */
@Timeout(180)
class PlatformChatApiTest {

    private static final String CHAT = "/platform-chat/bob";
    private static final UserId BOB = UserId.of("bob");
    private static final SessionId SESSION = new SessionId("session-1");
    private static final DestinationId DESTINATION = new DestinationId("dst-1");
    private static final BroadcastRef BROADCAST = new BroadcastRef("b-1", "", null);
    private static final PlatformAuthor FAN =
            new PlatformAuthor("4711", "Fan", Set.of(Badge.VERIFIED, Badge.MODERATOR));

    private final Host host = new Host();
    private final InMemoryPlatformChat twitch = InMemoryPlatformChat.create();

    @AfterEach
    void close() {
        host.close();
    }

    private void open() {
        host.live
                .platformChats()
                .opened(SESSION, BOB, DESTINATION, "twitch", twitch, BROADCAST, StandingAccess.of("bob", "twitch"));
        host.time.runDue();
    }

    private void said(String id, String text) {
        twitch.say(BROADCAST, new Message(id, FAN, text, "", host.time.instant()));
    }

    private JsonObject page(long after) {
        return host.get("bob", CHAT + "?after=" + after).with(200);
    }

    private Host.Answer reply(String user, String json) {
        return host.write(user, "POST", CHAT, json);
    }

    @Test
    void whatIsSaidIsToldAsItIs() {
        open();
        var before = page(0).getJsonNumber("next").longValue();
        said("m1", "<b>hello</b>");
        var chat =
                "{\"destination\":\"dst-1\",\"platform\":\"twitch\",\"platformName\":\"Twitch\",\"state\":\"connected\","
                        + "\"longestReply\":200,\"detail\":\"\",\"since\":\"2026-01-01T12:00:00Z\",\"nextTryAt\":null}";
        assertThat(page(before).toString())
                .isEqualTo("{\"chats\":[" + chat + "],\"entries\":[{\"type\":\"message\",\"sequence\":" + (before + 1)
                        + ",\"at\":\"2026-01-01T12:00:00Z\",\"destination\":\"dst-1\",\"platform\":\"twitch\","
                        + "\"author\":{\"id\":\"4711\",\"name\":\"Fan\",\"badges\":[\"moderator\",\"verified\"]},"
                        + "\"text\":\"<b>hello</b>\",\"paid\":null,\"removed\":false}],\"next\":" + (before + 1)
                        + ",\"missed\":false,\"skipped\":0,\"more\":false,\"askAgain\":0.5}");
    }

    @Test
    void removalsAndTurnsAreEntriesToo() {
        open();
        said("m1", "rude");
        var message = page(0).getJsonNumber("next").longValue();
        twitch.remove(BROADCAST, new Removal.OfMessage("m1"));
        twitch.remove(BROADCAST, new Removal.OfAuthor("4711"));
        twitch.remove(BROADCAST, new Removal.OfAll());
        twitch.interrupt(BROADCAST, new PlatformTrouble(true, null, "broken", "It broke."));
        var entries = page(message).getJsonArray("entries");
        assertThat(entries.getJsonObject(0).getJsonNumber("message").longValue())
                .isEqualTo(message);
        assertThat(entries.getJsonObject(1).getString("author")).isEqualTo("4711");
        assertThat(entries.getJsonObject(2).getBoolean("all")).isTrue();
        assertThat(entries.getJsonObject(3).getString("type")).isEqualTo("state");
        assertThat(entries.getJsonObject(3).getJsonObject("chat").getString("state"))
                .isEqualTo("interrupted");
        assertThat(entries.getJsonObject(3).getJsonObject("chat").getString("nextTryAt"))
                .isEqualTo("2026-01-01T12:00:00.100Z");
        var gone = page(message - 1).getJsonArray("entries").getJsonObject(0);
        assertThat(gone.isNull("text")).isTrue();
        assertThat(gone.getBoolean("removed")).isTrue();
    }

    @Test
    void pagesAreReadOneAfterTheOtherAndWhoIsLateIsTold() {
        open();
        var start = page(0).getJsonNumber("next").longValue();
        for (var i = 1; i <= 7; i++) {
            said("m" + i, "message " + i);
        }
        var first = host.get("bob", CHAT + "?limit=3&after=" + start).with(200);
        assertThat(first.getJsonArray("entries")).hasSize(3);
        assertThat(first.getBoolean("more")).isTrue();
        assertThat(first.getInt("askAgain")).isZero();
        for (var i = 8; i <= 300; i++) {
            said("m" + i, "message " + i);
        }
        var late = page(start);
        assertThat(late.getBoolean("missed")).isTrue();
        assertThat(late.getInt("skipped")).isEqualTo(100);
        host.get("bob", CHAT + "?after=x").problem(400, "request.malformed_parameter");
        host.get("bob", CHAT + "?wait=26").problem(400, "request.malformed_parameter");
        host.get("bob", CHAT + "?limit=401").problem(400, "request.malformed_parameter");
    }

    @Test
    void whereNothingIsShownThereIsNothingToRead() {
        assertThat(host.get("bob", CHAT + "?after=5&wait=25").with(200).toString())
                .isEqualTo(
                        "{\"chats\":[],\"entries\":[],\"next\":5,\"missed\":false,\"skipped\":0,\"more\":false,\"askAgain\":5}");
        assertThat(reply("bob", "{\"text\":\"hi\"}").problem(404, "platform_chat.none"))
                .isEqualTo("No platform that this stream is shown on has an open chat.");
    }

    @Test
    void onlyTheOwnerAndAdministratorsAndModeratorsComeIn() {
        open();
        host.get("root", CHAT).with(200);
        assertThat(host.get("alice", CHAT).problem(403, "platform_chat.not_allowed"))
                .isEqualTo(
                        "Only who streams, and who moderates for them, may read and answer what is said on the platforms.");
        reply("alice", "{\"text\":\"hi\"}").problem(403, "platform_chat.not_allowed");
        reply("guest", "{\"text\":\"hi\"}").problem(403, "auth.role");
        host.get("", CHAT).problem(401, "auth.required");
        assertThat(twitch.saidFromHere(BROADCAST)).isEmpty();
    }

    @Test
    void aReplyTellsWhatBecameOfItOnEachPlatform() {
        open();
        assertThat(reply("bob", "{\"text\":\"hello\"}").with(200).toString())
                .isEqualTo("{\"replies\":[{\"destination\":\"dst-1\",\"platform\":\"twitch\",\"outcome\":\"said\"}]}");
        twitch.answer(
                BROADCAST,
                new CarriesChat.Saying.Refused(
                        new PlatformTrouble(true, Duration.ofSeconds(30), "slow_mode", "Wait a moment.")));
        assertThat(reply("bob", "{\"text\":\"hello\",\"destination\":\"dst-1\"}")
                        .with(200)
                        .toString())
                .isEqualTo(
                        "{\"replies\":[{\"destination\":\"dst-1\",\"platform\":\"twitch\",\"outcome\":\"refused\",\"code\":\"slow_mode\",\"detail\":\"Wait a moment.\",\"retryAfter\":30}]}");
        twitch.answer(BROADCAST, new CarriesChat.Saying.NotAllowed("The account may not write."));
        assertThat(reply("bob", "{\"text\":\"hello\"}").with(200).toString())
                .isEqualTo(
                        "{\"replies\":[{\"destination\":\"dst-1\",\"platform\":\"twitch\",\"outcome\":\"not_allowed\",\"detail\":\"The account may not write.\"}]}");
        assertThat(twitch.saidFromHere(BROADCAST)).containsExactly("hello");
    }

    @Test
    void aReplyThatDoesNotFitIsRefused() {
        open();
        reply("bob", "{\"text\":\"hi\",\"destination\":\"dst-9\"}").problem(404, "platform_chat.none");
        reply("bob", "{\"text\":\"  \"}").problem(422, "platform_chat.unfit");
        reply("bob", "{}").problem(422, "request.unfit_field");
        for (var i = 0; i < 5; i++) {
            reply("bob", "{\"text\":\"hi\"}").with(200);
        }
        var tooFast = reply("bob", "{\"text\":\"hi\"}");
        tooFast.problem(429, "platform_chat.too_fast");
        assertThat(tooFast.response().headers()).containsEntry("Retry-After", "3");
    }

    @Test
    void aPollWaitsUntilSomethingIsSaid() {
        open();
        var poll = waits(page(0).getJsonNumber("next").longValue());
        assertThat(poll).isNotDone();
        said("m1", "at last");
        var entries = answered(poll).getJsonArray("entries");
        assertThat(entries.getJsonObject(0).getString("text")).isEqualTo("at last");
        assertThat(answered(waits(0)).getJsonArray("entries")).isNotEmpty();
    }

    @Test
    void closingTheApiAnswersThoseThatWait() {
        open();
        var poll = waits(page(0).getJsonNumber("next").longValue());
        host.api.close();
        assertThat(answered(poll).getJsonArray("entries")).isEmpty();
    }

    @Test
    void aPollThatFailsLeavesItsPlaceToOthers() {
        open();
        var last = page(0).getJsonNumber("next").longValue();
        var asked = new AtomicInteger();
        // Asked for the session, for the place and for what there is.
        host.moderates = user -> {
            if (asked.incrementAndGet() % 3 == 0) {
                throw new IllegalStateException("the host cannot tell who moderates");
            }
            return true;
        };
        for (var i = 0; i < 100; i++) {
            assertThat(waits("carol", last).join().status()).isEqualTo(500);
        }
        assertThat(asked).hasValue(300);
        assertThat(waits(last)).isNotDone();
    }

    private CompletableFuture<WebResponse> waits(long after) {
        return waits("bob", after);
    }

    private CompletableFuture<WebResponse> waits(String user, long after) {
        return host.api
                .handleLater(new WebRequest(
                        "GET",
                        CHAT,
                        Map.of("after", List.of(Long.toString(after)), "wait", List.of("25")),
                        Map.of("x-test-user", List.of(user)),
                        WebBody.EMPTY,
                        "192.0.2.7"))
                .toCompletableFuture();
    }

    private static JsonObject answered(CompletableFuture<WebResponse> poll) {
        return new Host.Answer(poll.orTimeout(60, TimeUnit.SECONDS).join()).with(200);
    }
}

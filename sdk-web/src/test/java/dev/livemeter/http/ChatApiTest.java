package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Chat, moderation and ICE by REST. */
class ChatApiTest {

    private static final String CHAT = "/chat/stream/bob/messages";

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private Host.Answer say(String user, String id, String text) {
        return host.write(user, "POST", CHAT, "{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}");
    }

    private Host.Answer asGuest(String pass, String method, String path, String json) {
        return host.send(
                "", method, path, json, Map.of("Content-Type", "application/json", "Authorization", "Guest " + pass));
    }

    @Test
    void whoHasNoRoleMayTalkAllTheSame() {
        var message = say("guest", "m1", "hello").with(201).getJsonObject("message");
        assertThat(message.toString())
                .isEqualTo(
                        "{\"type\":\"message\",\"sequence\":1,\"at\":\"2026-01-01T12:00:00Z\",\"id\":\"m1\","
                                + "\"author\":{\"kind\":\"user\",\"id\":\"guest\",\"name\":\"guest\"},\"text\":\"hello\",\"deleted\":false}");
        assertThat(say("guest", "m1", "hello").with(200).getJsonObject("message"))
                .isEqualTo(message);
        assertThat(host.get("alice", CHAT + "?after=0").with(200).toString())
                .isEqualTo(
                        "{\"entries\":[" + message + "],\"next\":1,\"missed\":false,\"more\":false,\"askAgain\":0.5}");
    }

    @Test
    void theHostDeletesAndEverybodySeesIt() {
        say("alice", "m1", "rude").with(201);
        assertThat(host.write("alice", "DELETE", CHAT + "/1", "").problem(403, "chat.not_allowed"))
                .isEqualTo("Only the host and moderators of this chat may delete messages.");
        host.write("bob", "DELETE", CHAT + "/1", "").with(204);
        var entries = host.get("alice", CHAT).with(200).getJsonArray("entries");
        assertThat(entries.getJsonObject(0).isNull("text")).isTrue();
        assertThat(entries.getJsonObject(0).getBoolean("deleted")).isTrue();
        assertThat(entries.getJsonObject(1).toString())
                .isEqualTo("{\"type\":\"deletion\",\"sequence\":2,\"at\":\"2026-01-01T12:00:00Z\",\"message\":1}");
        assertThat(host.write("bob", "DELETE", CHAT + "/1", "").problem(404, "chat.unknown_message"))
                .isEqualTo("There is no message 1 in this chat, or it is deleted already.");
        host.write("bob", "DELETE", CHAT + "/x", "").problem(404, "chat.unknown_message");
    }

    @Test
    void pagesAreReadOneAfterTheOther() {
        for (var i = 1; i <= 7; i++) {
            host.time.advance(Duration.ofSeconds(1));
            say("alice", "m" + i, "text").with(201);
        }
        var first = host.get("carol", CHAT + "?after=2&limit=3").with(200);
        assertThat(first.getInt("next")).isEqualTo(5);
        assertThat(first.getBoolean("more")).isTrue();
        assertThat(first.getInt("askAgain")).isZero();
        var second = host.get("carol", CHAT + "?after=5&limit=3").with(200);
        assertThat(second.getJsonArray("entries")).hasSize(2);
        assertThat(second.getBoolean("more")).isFalse();
        assertThat(host.get("carol", CHAT + "?after=-1").problem(400, "request.malformed_parameter"))
                .isEqualTo("The parameter 'after' does not fit; expected a whole number from 0 on.");
        host.get("carol", CHAT + "?wait=26").problem(400, "request.malformed_parameter");
    }

    @Test
    void whoPollsIsToldToComeSeldomerWhereItIsQuiet() {
        say("alice", "m1", "hello").with(201);
        assertThat(askAgain(0)).isEqualTo("0.5");
        assertThat(askAgain(10)).isEqualTo("1");
        assertThat(askAgain(60)).isEqualTo("2");
        assertThat(askAgain(300)).isEqualTo("5");
        assertThat(askAgain(1_000)).isEqualTo("10");
        assertThat(host.get("carol", "/chat/stream/dave/messages").with(200).get("askAgain"))
                .hasToString("10");
    }

    private String askAgain(int secondsLater) {
        host.time.advance(Duration.ofSeconds(secondsLater));
        return host.get("carol", CHAT + "?after=1").with(200).get("askAgain").toString();
    }

    @Test
    void whoTalksTooFastIsToldWhenToComeAgain() {
        for (var i = 1; i <= 5; i++) {
            say("alice", "m" + i, "spam").with(201);
        }
        var refused = say("alice", "m6", "spam");
        assertThat(refused.problem(429, "chat.too_fast"))
                .isEqualTo("Too much is being said here just now; wait a moment and send it again.");
        assertThat(refused.response().headers()).containsEntry("Retry-After", "1");
    }

    @Test
    void whatIsUnfitIsToldWithItsField() {
        assertThat(say("alice", "m1", "a\\u0007b").problem(422, "chat.unfit"))
                .isEqualTo(
                        "The message has the character U+0007, or too many of its kind in a row, which does not belong into a message; leave it out.");
        assertThat(host.write("alice", "POST", CHAT, "{\"id\":\"m1\"}").problem(422, "request.unfit_field"))
                .isEqualTo("The field 'text' is missing; it is a string and has to be given.");
        host.send("alice", "POST", CHAT, "id=m1", Map.of("Content-Type", "text/plain"))
                .problem(415, "request.not_json");
        host.send(
                        "alice",
                        "POST",
                        CHAT,
                        "{}",
                        Map.of("Content-Type", "application/json", "Origin", "https://evil.example"))
                .problem(403, "request.foreign_origin");
        host.get("alice", "/chat/STREAM/bob/messages").problem(404, "chat.unknown_channel");
        host.get("alice", "/chat/room/7x2h/messages").problem(403, "chat.not_allowed");
        host.get("alice", "/chat/stream/bob/other").problem(404, "request.unknown_path");
        host.write("alice", "PATCH", CHAT, "{}").problem(405, "request.wrong_method");
        host.get("alice", "/chat/stream/bob/socket").problem(426, "chat.upgrade");
    }

    @Test
    void nobodyIsNobody() {
        assertThat(host.get("", CHAT).problem(401, "auth.required"))
                .isEqualTo(
                        "Nobody is signed in, and there is no pass of a guest that is still good; sign in, or ask for a pass.");
        asGuest("v1.forged", "GET", CHAT, "").problem(401, "auth.required");
        host.get("", "/ice").problem(401, "auth.required");
    }

    @Test
    void aGuestTakesANameAndTalks() {
        say("alice", "m1", "hello").with(201);
        var issued = host.send(
                        "", "POST", "/chat/guests", "{\"name\":\"Zoe\"}", Map.of("Content-Type", "application/json"))
                .with(201);
        assertThat(issued.getJsonObject("guest").getString("name")).isEqualTo("Zoe");
        assertThat(issued.getString("expiresAt")).isEqualTo("2026-01-02T00:00:00Z");
        var pass = issued.getString("pass");
        var said = asGuest(pass, "POST", CHAT, "{\"id\":\"m1\",\"text\":\"hi\"}")
                .with(201)
                .getJsonObject("message");
        assertThat(said.getJsonObject("author")).isEqualTo(issued.getJsonObject("guest"));
        assertThat(asGuest(pass, "GET", "/ice", "")
                        .with(200)
                        .getJsonArray("iceServers")
                        .getJsonObject(1)
                        .getString("username"))
                .endsWith(":guest-" + issued.getJsonObject("guest").getString("id"));
        asGuest(pass, "GET", "/status", "").problem(401, "auth.required");

        var imitator = host.send(
                        "", "POST", "/chat/guests", "{\"name\":\"A1ice\"}", Map.of("Content-Type", "application/json"))
                .with(201)
                .getString("pass");
        assertThat(asGuest(imitator, "POST", CHAT, "{\"id\":\"m1\",\"text\":\"hi\"}")
                        .problem(409, "chat.name_taken"))
                .isEqualTo("The name A1ice is another person's here; choose another one.");
        assertThat(host.send(
                                "",
                                "POST",
                                "/chat/guests",
                                "{\"name\":\"root\"}",
                                Map.of("Content-Type", "application/json"))
                        .problem(422, "chat.unfit"))
                .isEqualTo("The name is reserved; choose another one.");
    }

    @Test
    void iceServersComeWithCredentialsOfTheCaller() {
        var ice = host.get("guest", "/ice").with(200);
        assertThat(ice.getJsonArray("iceServers").getJsonObject(0).toString())
                .isEqualTo("{\"urls\":[\"stun:stun.example.org\"]}");
        var relay = ice.getJsonArray("iceServers").getJsonObject(1);
        assertThat(relay.getString("username")).isEqualTo("1767272400:guest");
        assertThat(relay.getString("credential")).matches("[A-Za-z0-9+/]{27}=");
        assertThat(ice.getInt("validFor")).isEqualTo(3600);
        assertThat(ice.getString("expiresAt")).isEqualTo("2026-01-01T13:00:00Z");
    }

    private JsonObject ban(String by, String json) {
        return host.write(by, "POST", "/bans", json).with(201).getJsonObject("ban");
    }

    @Test
    void aBroadcasterBansAndLifts() {
        var ban = ban("bob", "{\"person\":\"user:alice\",\"reason\":\"insults\",\"lasting\":600}");
        assertThat(ban.getString("broadcaster")).isEqualTo("bob");
        assertThat(ban.getString("until")).isEqualTo("2026-01-01T12:10:00Z");
        assertThat(ban.getBoolean("inForce")).isTrue();
        assertThat(say("alice", "m1", "hello").problem(403, "chat.banned"))
                .isEqualTo("You are banned by bob until 2026-01-01T12:10:00Z. Reason: insults");
        host.write("bob", "POST", "/kicks", "{\"person\":\"user:carol\"}").with(201);
        var list = host.get("bob", "/bans").with(200).getJsonArray("bans");
        assertThat(list).hasSize(2);
        assertThat(host.get("bob", "/bans?person=user:alice").with(200).getJsonArray("bans"))
                .containsExactly(ban);

        var id = ban.getString("id");
        assertThat(host.write("carol", "POST", "/bans/" + id + "/lift", "{}").problem(403, "ban.not_allowed"))
                .isEqualTo(
                        "Only the broadcaster, their moderators and administrators may do that; from everywhere, only administrators.");
        var lifted = host.write("bob", "POST", "/bans/" + id + "/lift", "{\"reason\":\"said sorry\"}")
                .with(200)
                .getJsonObject("ban");
        assertThat(lifted.getJsonObject("lifted").getString("by")).isEqualTo("bob");
        say("alice", "m1", "hello").with(201);
        host.write("bob", "POST", "/bans/" + id + "/lift", "{}").problem(409, "ban.over");
        host.write("bob", "POST", "/bans/none/lift", "{}").problem(404, "ban.unknown");
    }

    @Test
    void onlyAdministratorsBanFromEverywhereAndSeeAll() {
        assertThat(host.write("bob", "POST", "/bans", "{\"person\":\"user:alice\",\"everywhere\":true}")
                        .status())
                .isEqualTo(403);
        ban("root", "{\"person\":\"user:alice\",\"everywhere\":true,\"reason\":\"fraud\"}");
        ban("root", "{\"person\":\"guest:7x2h\",\"broadcaster\":\"bob\"}");
        assertThat(host.get("alice", "/ice").problem(403, "auth.banned"))
                .isEqualTo("You are banned here. Reason: fraud");
        assertThat(say("alice", "m1", "hello").status()).isEqualTo(403);
        assertThat(host.get("root", "/bans?all=true&limit=1").with(200).getString("next"))
                .startsWith("ban-");
        assertThat(host.get("bob", "/bans?all=true").status()).isEqualTo(403);
        assertThat(host.get("bob", "/bans?everywhere=true").problem(403, "ban.not_allowed"))
                .isEqualTo("Only the broadcaster, their moderators and administrators may see that.");
        assertThat(host.get("bob", "/bans").with(200).getJsonArray("bans")).hasSize(1);
    }

    @Test
    void whatDoesNotFitABanIsTold() {
        assertThat(host.write("bob", "POST", "/bans", "{\"person\":\"alice\"}").problem(422, "person.malformed"))
                .isEqualTo("A person was given that is neither user:ID nor guest:ID; write it like user:alice.");
        assertThat(host.write("bob", "POST", "/bans", "{\"person\":\"user:bob\"}")
                        .problem(422, "ban.oneself"))
                .isEqualTo(
                        "Nobody can be sent away from their own rooms, or send themselves away; name somebody else.");
        host.write("guest", "POST", "/bans", "{\"person\":\"user:bob\"}").problem(403, "auth.role");
    }

    @Test
    void theFeedOfEventsIsNotFilledByChat() {
        for (var i = 0; i < 5; i++) {
            say("alice", "m" + i, "hello").with(201);
        }
        ban("bob", "{\"person\":\"user:alice\"}");
        var events = host.get("alice", "/events").with(200).getJsonArray("events");
        assertThat(events).hasSize(1);
        assertThat(events.getJsonObject(0).getString("code")).isEqualTo("person_banned");
    }
}

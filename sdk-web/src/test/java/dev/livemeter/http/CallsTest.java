package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.money.Money;
import dev.livemeter.peer.PeerId;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Vera, who is a viewer, calls Bob by REST, at ten cents a minute by the second. */
class CallsTest {

    private final Host host = new Host();
    private long number;

    @BeforeEach
    void comeIn() {
        host.live.wallets().credit("vera", Money.of("USD", "20.00"), "order-1");
        connect("vera");
        connect("bob");
    }

    @AfterEach
    void close() {
        host.close();
    }

    private void connect(String user) {
        var token = host.write(user, "POST", "/calls/token", "{}").with(201);
        assertThat(host.peers.connect(PeerId.of(token.getString("peer")), token.getString("token")))
                .isNull();
    }

    private String accepted() {
        return host.get("vera", "/calls/price?callee=bob&seconds=60")
                .with(200)
                .getJsonObject("price")
                .getString("accept");
    }

    private String invite() {
        return host.write("vera", "POST", "/calls", wish())
                .with(201)
                .getJsonObject("call")
                .getString("id");
    }

    private String wish() {
        return "{\"callee\":\"bob\",\"accepted\":\"" + accepted() + "\",\"agreed\":600}";
    }

    private void report(String id) {
        number++;
        for (var user : List.of("vera", "bob")) {
            host.write(user, "POST", "/calls/" + id + "/media", "{\"flowing\":true,\"number\":" + number + "}")
                    .with(200);
        }
        host.time.runDue();
    }

    private JsonObject seen(String user, String id) {
        return host.get(user, "/calls/" + id).with(200).getJsonObject("call");
    }

    private String live() {
        var id = invite();
        host.write("bob", "POST", "/calls/" + id + "/accept", "{}").with(200);
        report(id);
        return id;
    }

    private void pass(String id, int seconds) {
        for (var i = 0; i < seconds; i++) {
            host.time.advance(Duration.ofSeconds(1));
            report(id);
        }
    }

    @Test
    void thePriceIsShownBeforeAnythingBegins() {
        var answer = host.get("vera", "/calls/price?callee=bob&seconds=600").with(200);
        assertThat(answer.getString("path")).isEqualTo("call/bob");
        assertThat(answer.getBoolean("present")).isTrue();
        var price = answer.getJsonObject("price");
        assertThat(price.getJsonObject("cost").getString("amount")).isEqualTo("1.00");
        assertThat(price.getJsonObject("minimumToStart").getString("amount")).isEqualTo("1.00");
        assertThat(price.getInt("enoughFor")).isEqualTo(12_000);
        assertThat(host.get("vera", "/calls/price").problem(400, "request.malformed_parameter"))
                .isEqualTo("The parameter 'callee' is missing; it has to be given.");
    }

    @Test
    void aCallGoesFromTheInvitationToItsCharge() {
        var id = invite();
        assertThat(host.get("bob", "/calls").with(200).getJsonObject("current").getString("state"))
                .isEqualTo("ringing");
        assertThat(seen("bob", id).getString("role")).isEqualTo("callee");
        host.write("bob", "POST", "/calls/" + id + "/accept", "{}").with(200);
        assertThat(seen("vera", id).getString("picture")).isEqualTo("preview");
        report(id);
        pass(id, 60);

        var payer = seen("vera", id);
        assertThat(payer.getString("state")).isEqualTo("live");
        assertThat(payer.getString("picture")).isEqualTo("full");
        assertThat(payer.getBoolean("counting")).isTrue();
        assertThat(payer.getInt("used")).isEqualTo(60);
        assertThat(payer.getInt("agreedLeft")).isEqualTo(540);
        assertThat(payer.getJsonObject("balance").getString("amount")).isEqualTo("19.90");
        assertThat(payer.isNull("earned")).isTrue();
        var payee = seen("bob", id);
        assertThat(payee.isNull("balance")).isTrue();
        assertThat(payee.getJsonObject("earned").getString("amount")).isEqualTo("0.07");

        var version = payer.getJsonNumber("version").longValue();
        assertThat(host.get("vera", "/calls/" + id + "?after=" + version)
                        .with(200)
                        .getBoolean("changed"))
                .isFalse();
        host.write("bob", "POST", "/calls/" + id + "/hang-up", "{}").with(200);
        host.time.runDue();
        assertThat(host.get("vera", "/calls/" + id + "?after=" + version)
                        .with(200)
                        .getBoolean("changed"))
                .isTrue();
        var over = seen("vera", id);
        assertThat(over.getJsonObject("end").getString("sentence")).isEqualTo("bob hung up.");
        assertThat(over.getJsonObject("cost").getString("amount")).isEqualTo("0.10");
        host.time.advance(Duration.ofMinutes(5));
        var history = host.get("bob", "/calls").with(200);
        assertThat(history.isNull("current")).isTrue();
        assertThat(history.getJsonArray("calls")
                        .getJsonObject(0)
                        .getJsonObject("earned")
                        .getString("amount"))
                .isEqualTo("0.07");
        assertThat(seen("vera", id).getString("state")).isEqualTo("ended");
    }

    @Test
    void whatIsRefusedIsToldInASentence() {
        assertThat(host.write("vera", "POST", "/calls", wish().replace("bob", "nobody"))
                        .problem(409, "call.offline"))
                .isEqualTo("nobody is not there now.");
        assertThat(host.write("vera", "POST", "/calls", "{\"callee\":\"bob\",\"accepted\":\"old\"}")
                        .problem(409, "call.price_changed"))
                .isEqualTo("The price is another one now; look at GET /calls/price, show it, and call again.");
        assertThat(host.write("vera", "POST", "/calls", wish().replace("600", "99999"))
                        .problem(422, "call.unfit_length"))
                .isEqualTo("Calls may last 14400 seconds; agree on no more than that.");
        var id = invite();
        assertThat(host.write("vera", "POST", "/calls/" + id + "/accept", "{}").problem(403, "call.not_yours"))
                .isEqualTo("Only bob can accept this call.");
        host.write("carol", "POST", "/calls/" + id + "/accept", "{}").problem(404, "call.unknown");
        host.get("carol", "/calls/" + id).problem(404, "call.unknown");
        host.get("vera", "/calls/no").problem(422, "call.malformed_id");
        assertThat(host.write("vera", "POST", "/calls/" + id + "/media", "{\"number\":1}")
                        .problem(422, "request.unfit_field"))
                .isEqualTo("Say whether media flows: true or false.");
        host.write("guest", "POST", "/calls/token", "{}").problem(403, "auth.role");
        host.write("vera", "POST", "/stream-keys", "{}").problem(403, "auth.role");
        host.write("vera", "POST", "/calls/" + id + "/cancel", "{}").with(200);
        assertThat(host.write("bob", "POST", "/calls/" + id + "/decline", "{}")
                        .with(200)
                        .getJsonObject("call")
                        .getJsonObject("end")
                        .getString("cause"))
                .isEqualTo("cancelled");
    }

    @Test
    void itIsExtendedAndTippedByTheCaller() {
        var id = live();
        assertThat(host.write("vera", "POST", "/calls/" + id + "/extend", "{\"total\":900}")
                        .with(200)
                        .getJsonObject("call")
                        .getInt("agreed"))
                .isEqualTo(900);
        var tip = "{\"amount\":{\"amount\":\"2.00\",\"currency\":\"USD\"},\"message\":\"encore\"}";
        host.pay("vera", "/calls/" + id + "/tips", "t1", tip).with(201);
        host.pay("vera", "/calls/" + id + "/tips", "t1", tip).with(200);
        assertThat(seen("bob", id).getJsonObject("earned").getString("amount")).isEqualTo("1.40");
        assertThat(host.get("bob", "/events").with(200).getJsonArray("events").toString())
                .contains("tip_given", "call_invited", "call_accepted", "call_started");
    }

    @Test
    void administratorsSeeAndEndCalls() {
        var id = live();
        host.get("bob", "/calls/running").problem(403, "auth.role");
        var running = host.get("root", "/calls/running").with(200).getJsonArray("calls");
        assertThat(running).hasSize(1);
        assertThat(running.getJsonObject(0).getString("role")).isEqualTo("operator");
        host.write("root", "POST", "/calls/" + id + "/end", "{\"reason\":\"rules\"}")
                .with(202);
        assertThat(seen("vera", id).getJsonObject("end").getString("sentence"))
                .isEqualTo("It was ended by the operator: rules (by root).");
        host.write("root", "POST", "/calls/" + id + "/end", "{\"reason\":\"rules\"}")
                .problem(409, "call.not_now");
    }

    @Test
    void roomsAreOpenedListedJoinedAndPaid() {
        var opened = host.write(
                        "bob",
                        "POST",
                        "/rooms",
                        "{\"title\":\"Tea\",\"kind\":\"ticket\",\"capacity\":2,\"ticketPrice\":{\"amount\":\"4.00\",\"currency\":\"USD\"}}")
                .with(201)
                .getJsonObject("room");
        var id = opened.getString("id");
        assertThat(host.get("vera", "/rooms").with(200).getJsonArray("rooms")).hasSize(1);
        assertThat(host.get("vera", "/live/bob").with(200).getString("state")).isEqualTo("live_public");
        assertThat(host.write("vera", "POST", "/rooms/" + id + "/join", "{}").problem(409, "room.no_ticket"))
                .isEqualTo("A ticket for 4.00 USD lets you in.");
        host.get("vera", "/rooms/" + id + "/ticket").problem(404, "ticket.unknown");
        host.write("vera", "POST", "/rooms/" + id + "/ticket", "{}").with(200);
        var presence = host.write("vera", "POST", "/rooms/" + id + "/join", "{}")
                .with(200)
                .getJsonObject("presence");
        assertThat(presence.getString("broadcasterPeer")).isEqualTo("bob");
        assertThat(host.write("bob", "POST", "/rooms/" + id + "/sent", "{\"flowingTo\":[\"vera\"],\"number\":1}")
                        .with(200)
                        .getJsonArray("viewers"))
                .hasSize(1);
        assertThat(host.get("bob", "/rooms/" + id + "/participants").with(200).getJsonArray("participants"))
                .hasSize(1);
        host.get("vera", "/rooms/" + id + "/participants").problem(403, "auth.role");
        host.write("vera", "POST", "/rooms/" + id + "/leave", "{}").with(204);
        host.get("vera", "/rooms/" + id + "/presence").problem(404, "room.unknown_presence");
        host.write("bob", "POST", "/rooms/" + id + "/refund", "{\"viewer\":\"vera\"}")
                .with(200);
        host.write("bob", "POST", "/rooms/" + id + "/close", "{}").with(200);
        assertThat(host.get("vera", "/rooms?state=ended").with(200).getJsonArray("rooms"))
                .hasSize(1);
        assertThat(host.get("vera", "/rooms?state=closed").problem(422, "request.unfit_field"))
                .isEqualTo("The field 'state' does not fit; expected one of scheduled, open, ended.");
        host.write("vera", "POST", "/rooms", "{\"title\":\"T\",\"kind\":\"free\"}")
                .problem(403, "auth.role");
    }

    @Test
    void aRoomForMembersIsToldToThemToItsBroadcasterAndToAdministrators() {
        var id = host.write(
                        "bob",
                        "POST",
                        "/rooms",
                        "{\"title\":\"Club\",\"kind\":\"free\",\"visibility\":\"members\",\"capacity\":2}")
                .with(201)
                .getJsonObject("room")
                .getString("id");
        assertThat(host.get("vera", "/rooms/" + id).problem(404, "room.unknown"))
                .isEqualTo("There is no such room; look at the list.");
        var badge = host.get("vera", "/live/bob").with(200);
        assertThat(badge.getString("state")).isEqualTo("present");
        assertThat(badge.isNull("room")).isTrue();
        assertThat(host.get("vera", "/rooms").with(200).getJsonArray("rooms")).isEmpty();
        for (var knows : List.of("walter", "bob")) {
            assertThat(host.get(knows, "/live/bob")
                            .with(200)
                            .getJsonObject("room")
                            .getString("id"))
                    .isEqualTo(id);
        }
        for (var sees : List.of("walter", "bob", "root")) {
            assertThat(host.get(sees, "/rooms/" + id)
                            .with(200)
                            .getJsonObject("room")
                            .getString("title"))
                    .isEqualTo("Club");
        }
    }

    @Test
    void roomsAreListedPageByPage() {
        var announced = "{\"title\":\"Tea\",\"kind\":\"free\",\"capacity\":2,\"startsAt\":\"2099-01-01T12:00:00Z\"}";
        var ids = Stream.generate(() -> host.write("bob", "POST", "/rooms", announced)
                        .with(201)
                        .getJsonObject("room")
                        .getString("id"))
                .limit(3)
                .toList();
        var first = rooms("state=scheduled&limit=2");
        var rest = rooms("state=scheduled&limit=2&after=" + first.get(1));
        assertThat(first).hasSize(2);
        assertThat(rest).hasSize(1);
        assertThat(Stream.of(first, rest).flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(host.get("vera", "/rooms?limit=501").problem(400, "request.malformed_parameter"))
                .isEqualTo("The parameter 'limit' does not fit; expected a whole number from 1 to 500.");
        host.get("vera", "/rooms?after=x").problem(422, "room.malformed_id");
    }

    private List<String> rooms(String query) {
        return host
                .get("vera", "/rooms?" + query)
                .with(200)
                .getJsonArray("rooms")
                .getValuesAs(JsonObject.class)
                .stream()
                .map(room -> room.getString("id"))
                .toList();
    }

    @Test
    void viewersOfARoomHaveTheNamesThatTheHostGives() {
        var id = host.write("bob", "POST", "/rooms", "{\"title\":\"Tea\",\"kind\":\"free\",\"capacity\":2}")
                .with(201)
                .getJsonObject("room")
                .getString("id");
        connect("walter");
        host.write("walter", "POST", "/rooms/" + id + "/join", "{}").with(200);
        host.write("vera", "POST", "/rooms/" + id + "/join", "{}").with(200);
        var names = Map.of("walter", "Walter <3 tea", "vera", "vera");
        var watching = host.write("bob", "POST", "/rooms/" + id + "/sent", "{\"flowingTo\":[],\"number\":1}")
                .with(200)
                .getJsonArray("viewers");
        var kept = host.get("bob", "/rooms/" + id + "/participants").with(200).getJsonArray("participants");
        for (var all : List.of(watching, kept)) {
            assertThat(all.getValuesAs(JsonObject.class).stream()
                            .collect(Collectors.toMap(
                                    one -> one.getString("viewer"), one -> one.getString("viewerName"))))
                    .isEqualTo(names);
        }
    }

    @Test
    void aHostWithoutCallsSaysSo() {
        try (var plain = Livemeter.builder()
                        .wallet(InMemoryBooks.create(host.time))
                        .tariff(Host.PLAIN)
                        .build();
                var api =
                        LivemeterApi.builder(plain).authenticator(Host::caller).build()) {
            var request = new WebRequest(
                    "GET", "/calls", Map.of(), Map.of("X-Test-User", List.of("vera")), WebBody.of(""), "192.0.2.7");
            assertThat(new Host.Answer(api.handle(request)).problem(501, "calls.none"))
                    .isEqualTo(
                            "This application has no calls and rooms; its developer gives their rules and the signaling with .calls(policy, network).");
        }
    }
}

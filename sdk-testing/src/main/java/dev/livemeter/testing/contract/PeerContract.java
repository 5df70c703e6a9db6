package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the unmodified {@code peerjs} client relies on when it asks, connects and speaks: rules of {@code docs/contracts/peerjs.md}. PeerServer itself
 * passes it.
 */
public abstract class PeerContract extends PeerFixture {

    /** For those who extend it. */
    protected PeerContract() {}

    // --- HTTP ----------------------------------------------------------------

    /** Without the space that some servers write and others do not. */
    private static Optional<String> mediaType(HttpResponse<String> answer) {
        return answer.headers().firstValue("content-type").map(type -> type.replace(" ", ""));
    }

    @Test
    @Rule("PJS-01")
    void theRootTellsWhatItIs() throws Exception {
        serve();
        var answer = get("");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(mediaType(answer)).contains("application/json;charset=utf-8");
        assertThat(answer.body()).contains("\"name\":", "\"description\":", "\"website\":");
    }

    @Test
    @Rule("PJS-02")
    void anIdIsGivenWhateverTheKey() throws Exception {
        serve();
        var first = get("peerjs/id?ts=1&version=1.5.5");
        var second = get("another/id");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(mediaType(first)).contains("text/html;charset=utf-8");
        assertThat(UUID.fromString(first.body()).toString())
                .isEqualTo(first.body())
                .hasSize(36);
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(second.body()).hasSize(36).isNotEqualTo(first.body());
    }

    @Test
    @Rule("PJS-03")
    void idsAreNotListedUnlessTheyMayBe() throws Exception {
        serve();
        assertThat(get("peerjs/peers").statusCode()).isEqualTo(401);
    }

    @Test
    @Rule("PJS-04")
    void idsAreListedWhereTheyMayBe() throws Exception {
        serve(Settings.usual().openDiscovery());
        assertThat(get("peerjs/peers").body()).isEqualTo("[]");
        var alice = joins("alice");
        assertThat(get("peerjs/peers").body()).isEqualTo("[\"alice\"]");
        alice.leave();
        alice.closeCode();
        awaitListed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PeerJS/ID", "peerjs/id/"})
    @Rule("PJS-05")
    void pathsIgnoreCaseAndASlashAtTheEnd(String path) throws Exception {
        serve();
        assertThat(get(path).body()).hasSize(36);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "peerjs/id", "peerjs/peers"})
    @Rule("PJS-06")
    void everyOriginIsReflected(String path) throws Exception {
        serve();
        var headers = get(path, "Origin", "https://a.example").headers();
        assertThat(headers.firstValue("access-control-allow-origin")).contains("https://a.example");
        assertThat(headers.firstValue("vary").orElse("")).containsIgnoringCase("origin");
    }

    @Test
    @Rule("PJS-07")
    void onlyListedOriginsAreReflectedWhereThereIsAList() throws Exception {
        serve(Settings.usual().onlyFrom("https://a.example"));
        assertThat(get("peerjs/id", "Origin", "https://a.example").headers().firstValue("access-control-allow-origin"))
                .contains("https://a.example");
        assertThat(get("peerjs/id", "Origin", "https://b.example").headers().firstValue("access-control-allow-origin"))
                .isEmpty();
    }

    @Test
    @Rule("PJS-08")
    void whatABrowserAsksBeforehandIsGranted() throws Exception {
        serve();
        var answer = ask(
                "OPTIONS",
                "peerjs/id",
                "Origin",
                "https://a.example",
                "Access-Control-Request-Method",
                "GET",
                "Access-Control-Request-Headers",
                "x-one");
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("access-control-allow-methods").orElse(""))
                .contains("GET");
        assertThat(answer.headers().firstValue("access-control-allow-headers")).contains("x-one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"peerjs", "peerjs?key=peerjs&id=a&token=t", "peerjs/nothing", "a/b/c"})
    @Rule("PJS-09")
    void otherAddressesAreUnknown(String path) throws Exception {
        serve();
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    @Rule("PJS-10")
    void everythingMovesBelowAPath() throws Exception {
        serve(Settings.usual().at("/my/calls"));
        assertThat(address("").getPath()).isEqualTo("/my/calls/");
        assertThat(get("peerjs/id").body()).hasSize(36);
        joins("alice");
        assertThatThrownBy(() -> at(
                        URI.create(socket("key=peerjs&id=b&token=t").toString().replace("/my/calls", ""))))
                .isInstanceOf(CompletionException.class);
    }

    // --- connecting ----------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"elsewhere", "PEERJS", "peerjs/"})
    @Rule("PJS-11")
    void theSocketIsAtExactlyOnePath(String path) throws Exception {
        serve();
        var address = URI.create(socket("key=peerjs&id=a&token=t").toString().replace("/peerjs?", "/" + path + "?"));
        assertThatThrownBy(() -> at(address))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(400));
    }

    @Test
    @Rule("PJS-12")
    void openComesFirst() throws Exception {
        serve();
        assertThat(wishes("alice", "t").next()).isEqualTo("{\"type\":\"OPEN\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "id=a&token=t",
                "key=peerjs&id=a",
                "key=peerjs&token=t",
                "key=&id=a&token=t",
                "key=peerjs&id=&token=t",
                "key=peerjs&id=a&token="
            })
    @Rule("PJS-13")
    void whatIsMissingIsAnErrorAndAClose(String query) throws Exception {
        serve();
        var client = raw(query);
        assertThat(client.next()).isEqualTo(error("No id, token, or key supplied to websocket server"));
        assertThat(client.closeCode()).isEqualTo(1005);
    }

    @Test
    @Rule("PJS-14")
    void aWrongKeyIsAnErrorAndAClose() throws Exception {
        serve();
        var client = raw("key=wrong&id=a&token=t");
        assertThat(client.next()).isEqualTo(error("Invalid key provided"));
        assertThat(client.closeCode()).isEqualTo(1005);
    }

    @Test
    @Rule("PJS-15")
    void anIdThatAnotherTokenHoldsIsTaken() throws Exception {
        serve();
        var holder = joins("alice", "one");
        var client = wishes("alice", "two");
        assertThat(client.next()).isEqualTo("{\"type\":\"ID-TAKEN\",\"payload\":{\"msg\":\"ID is taken\"}}");
        assertThat(client.closeCode()).isEqualTo(1005);
        holder.send(message("OFFER", "alice", "1"));
        assertThat(holder.next()).isEqualTo(relayed("OFFER", "alice", "alice", "1"));
    }

    @Test
    @Rule("PJS-16")
    void oneTooManyIsAnErrorAndAClose() throws Exception {
        serve(Settings.usual().limit(1));
        joins("alice", "t");
        var client = wishes("bob", "t");
        assertThat(client.next()).isEqualTo(error("Server has reached its concurrent user limit"));
        assertThat(client.closeCode()).isEqualTo(1005);
        var again = wishes("alice", "t");
        again.send(message("OFFER", "alice", "1"));
        var first = again.next();
        assertThat(first.contains("OPEN") ? again.next() : first).isEqualTo(relayed("OFFER", "alice", "alice", "1"));
    }

    @Test
    @Rule("PJS-17")
    void ofDoubledParametersTheLastCountsAndEscapesAreRead() throws Exception {
        serve();
        var client =
                raw("id=nobody&key=wrong&token=t&key=peerjs&id=al%69ce%20b").opened();
        client.send(message("OFFER", "alice b", "1"));
        assertThat(client.next()).isEqualTo(relayed("OFFER", "alice b", "alice b", "1"));
    }

    // --- speaking ------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"OFFER", "ANSWER", "CANDIDATE", "LEAVE", "EXPIRE"})
    @Rule("PJS-18")
    void messagesArePassedOnWithTheirSender(String type) throws Exception {
        serve();
        var alice = joins("alice");
        var bob = joins("bob");
        // Servers that are one of several hear of each other's clients a moment later, and not every message waits.
        alice.send(message("OFFER", "bob", "0"));
        assertThat(bob.next()).isEqualTo(relayed("OFFER", "alice", "bob", "0"));
        alice.send("{\"extra\":[1],\"src\":\"mallory\",\"dst\":\"bob\",\"payload\":{\"a\":[true,null]},\"type\":\""
                + type + "\"}");
        assertThat(bob.next()).isEqualTo(relayed(type, "alice", "bob", "{\"a\":[true,null]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "0",
                "\"\"",
                "[]",
                "{\"sdp\":{\"type\":\"offer\",\"sdp\":\"v=0\\r\\no=- 1 2 IN IP4 127.0.0.1\\r\\n\"}}",
                "\"\u00e9\u4e16\ud83d\ude00\\\"\\\\\"",
                "{\"type\":\"LEAVE\",\"src\":\"x\",\"dst\":\"y\",\"payload\":{\"payload\":1}}"
            })
    @Rule("PJS-19")
    void aPayloadArrivesAsItWas(String payload) throws Exception {
        serve();
        var alice = joins("alice");
        alice.send(message("OFFER", "alice", payload));
        assertThat(alice.next()).isEqualTo(relayed("OFFER", "alice", "alice", payload));
    }

    @Test
    @Rule("PJS-20")
    void aPayloadThatIsAbsentStaysAbsent() throws Exception {
        serve();
        var alice = joins("alice");
        alice.send("{\"type\":\"ANSWER\",\"dst\":\"alice\"}");
        assertThat(alice.next()).isEqualTo("{\"type\":\"ANSWER\",\"src\":\"alice\",\"dst\":\"alice\"}");
    }

    @Test
    @Rule("PJS-21")
    void binaryFramesAreReadAndPassedOnAsText() throws Exception {
        serve();
        var alice = joins("alice");
        alice.sendBinary(message("OFFER", "alice", "\"\u00e9\"").getBytes(StandardCharsets.UTF_8));
        assertThat(alice.next()).isEqualTo(relayed("OFFER", "alice", "alice", "\"\u00e9\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"HEARTBEAT\"}",
                "{\"type\":\"HEARTBEAT\",\"dst\":\"alice\"}",
                "{\"type\":\"OPEN\",\"dst\":\"alice\",\"payload\":1}",
                "{\"type\":\"OFFER\",\"payload\":1}",
                "{\"type\":7,\"dst\":\"alice\"}",
                "{\"dst\":\"alice\"}",
                "{}",
                "[]"
            })
    @Rule("PJS-22")
    void whatSaysNothingIsDropped(String text) throws Exception {
        serve();
        var alice = joins("alice");
        alice.send(text).send(message("OFFER", "alice", "\"marker\""));
        assertThat(alice.next()).isEqualTo(relayed("OFFER", "alice", "alice", "\"marker\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no json", "null", "{\"type\":\"OFFER\",", "", "{\"type\":\"OFFER\",\"dst\":\"alice\"} x"})
    @Rule("PJS-23")
    void whatCannotBeReadHarmsNobody(String text) throws Exception {
        serve();
        var alice = joins("alice");
        alice.send(text).send(message("OFFER", "alice", "\"marker\""));
        assertThat(alice.next()).isEqualTo(relayed("OFFER", "alice", "alice", "\"marker\""));
    }

    @Test
    @Rule("PJS-24")
    void messagesKeepTheirOrder() throws Exception {
        serve();
        var alice = joins("alice");
        var bob = joins("bob");
        for (var i = 0; i < 500; i++) {
            alice.send(message("CANDIDATE", "bob", Integer.toString(i)));
        }
        for (var i = 0; i < 500; i++) {
            assertThat(bob.next()).isEqualTo(relayed("CANDIDATE", "alice", "bob", Integer.toString(i)));
        }
    }
}

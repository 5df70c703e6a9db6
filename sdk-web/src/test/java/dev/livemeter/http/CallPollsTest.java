package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.money.Money;
import dev.livemeter.peer.PeerId;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bob's page waits for calls, and Vera's for what becomes of hers. */
@Timeout(180)
class CallPollsTest {

    private final Host host = new Host();

    @BeforeEach
    void comeIn() {
        host.live.wallets().credit("vera", Money.of("USD", "20.00"), "order-1");
        for (var user : List.of("vera", "bob")) {
            var token = host.write(user, "POST", "/calls/token", "{}").with(201);
            assertThat(host.peers.connect(PeerId.of(token.getString("peer")), token.getString("token")))
                    .isNull();
        }
    }

    @AfterEach
    void close() {
        host.close();
    }

    private String invite() {
        var price = host.get("vera", "/calls/price?callee=bob").with(200).getJsonObject("price");
        return host.write(
                        "vera",
                        "POST",
                        "/calls",
                        "{\"callee\":\"bob\",\"accepted\":\"" + price.getString("accept") + "\"}")
                .with(201)
                .getJsonObject("call")
                .getString("id");
    }

    private CompletableFuture<WebResponse> waits(String user, String after) {
        return host.api
                .handleLater(new WebRequest(
                        "GET",
                        "/calls/current",
                        Map.of("after", List.of(after), "wait", List.of("25")),
                        Map.of("x-test-user", List.of(user)),
                        WebBody.EMPTY,
                        "192.0.2.7"))
                .toCompletableFuture();
    }

    private static JsonObject answered(CompletableFuture<WebResponse> poll) {
        return new Host.Answer(poll.orTimeout(60, TimeUnit.SECONDS).join()).with(200);
    }

    @Test
    void whoKnowsNothingIsAnsweredAtOnce() {
        assertThat(host.get("bob", "/calls/current?wait=25").with(200).toString())
                .isEqualTo("{\"current\":null,\"ended\":null,\"next\":\"-\",\"askAgain\":0.25}");
        assertThat(host.get("bob", "/calls/current")
                        .with(200)
                        .getJsonNumber("askAgain")
                        .doubleValue())
                .isEqualTo(1);
    }

    @Test
    void aCallIsSeenAsSoonAsItRings() {
        var idle = waits("bob", "-");
        assertThat(idle).isNotDone();
        var id = invite();
        var rings = answered(idle);
        assertThat(rings.getJsonObject("current").getString("state")).isEqualTo("ringing");
        assertThat(rings.getJsonObject("current").getString("role")).isEqualTo("callee");
        assertThat(rings.isNull("ended")).isTrue();
        assertThat(rings.getString("next")).startsWith(id + ".");
    }

    @Test
    void eachSideSeesWhatTheOtherOneDoes() {
        var id = invite();
        var ringing = answered(waits("vera", "")).getString("next");
        var caller = waits("vera", ringing);
        assertThat(caller).isNotDone();
        host.write("bob", "POST", "/calls/" + id + "/accept", "{}").with(200);
        var accepted = answered(caller);
        assertThat(accepted.getJsonObject("current").getString("state")).isEqualTo("connecting");

        var callee = waits("bob", answered(waits("bob", "")).getString("next"));
        assertThat(callee).isNotDone();
        for (var user : List.of("vera", "bob")) {
            host.write(user, "POST", "/calls/" + id + "/media", "{\"flowing\":true,\"number\":1}")
                    .with(200);
        }
        var live = answered(callee);
        assertThat(live.getJsonObject("current").getString("state")).isEqualTo("live");

        var last = waits("bob", live.getString("next"));
        assertThat(last).isNotDone();
        host.write("vera", "POST", "/calls/" + id + "/hang-up", "{}").with(200);
        var over = answered(last);
        assertThat(over.isNull("current")).isTrue();
        assertThat(over.getJsonObject("ended").getJsonObject("end").getString("sentence"))
                .isEqualTo("vera hung up.");
        assertThat(over.getString("next")).isEqualTo("-");
    }

    @Test
    void timeThatPassesIsNoNews() {
        var id = invite();
        host.write("bob", "POST", "/calls/" + id + "/accept", "{}").with(200);
        for (var number = 1; number <= 3; number++) {
            for (var user : List.of("vera", "bob")) {
                host.write(user, "POST", "/calls/" + id + "/media", "{\"flowing\":true,\"number\":" + number + "}")
                        .with(200);
            }
            host.time.advance(Duration.ofSeconds(1));
        }
        var seen = answered(waits("vera", ""));
        assertThat(seen.getJsonObject("current").getBoolean("counting")).isTrue();
        var waiting = waits("vera", seen.getString("next"));
        host.write("vera", "POST", "/calls/" + id + "/media", "{\"flowing\":true,\"number\":9}")
                .with(200);
        assertThat(waiting).isNotDone();
        host.pay("vera", "/calls/" + id + "/tips", "t1", "{\"amount\":{\"amount\":\"1.00\",\"currency\":\"USD\"}}")
                .with(201);
        assertThat(answered(waiting)
                        .getJsonObject("current")
                        .getJsonObject("tips")
                        .getString("amount"))
                .isEqualTo("1.00");
    }

    @Test
    void aCallThatIsForgottenIsToldFromTheStore() {
        var id = invite();
        host.write("bob", "POST", "/calls/" + id + "/decline", "{}").with(200);
        host.time.advance(Duration.ofMinutes(5));
        var told = host.get("vera", "/calls/current?after=" + id + ".2&wait=25").with(200);
        assertThat(told.getJsonObject("ended").getJsonObject("end").getString("cause"))
                .isEqualTo("declined");
        assertThat(told.isNull("current")).isTrue();
        // Of others one is told nothing.
        var carol =
                host.get("carol", "/calls/current?after=" + id + ".2&wait=25").with(200);
        assertThat(carol.isNull("ended")).isTrue();
    }

    @Test
    void whoWaitsTooOftenIsAnsweredAtOnceAndToldToAskLater() {
        var waiting = IntStream.range(0, CallPolls.MOST_OF_ONE)
                .mapToObj(window -> waits("bob", "-"))
                .toList();
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        var tooMany = waits("bob", "-");
        assertThat(tooMany).isDone();
        assertThat(answered(tooMany).getJsonNumber("askAgain").doubleValue()).isEqualTo(1);
        assertThat(waits("carol", "-")).isNotDone();
        invite();
        waiting.forEach(
                poll -> assertThat(answered(poll).getJsonObject("current").getString("state"))
                        .isEqualTo("ringing"));
        host.write(
                        "vera",
                        "POST",
                        "/calls/"
                                + host.live
                                        .calls()
                                        .current("vera")
                                        .orElseThrow()
                                        .call()
                                        .id() + "/cancel",
                        "{}")
                .with(200);
        assertThat(waits("bob", "-")).isNotDone();
    }

    @Test
    void whoWaitsIsAnsweredWhenTheApiIsClosed() {
        var waiting = waits("bob", "-");
        host.api.close();
        assertThat(answered(waiting).getString("next")).isEqualTo("-");
        assertThat(waits("bob", "-")).isDone();
    }

    @Test
    void whatDoesNotFitIsSaid() {
        assertThat(host.get("bob", "/calls/current?after=x").problem(400, "request.malformed_parameter"))
                .isEqualTo("The parameter 'after' does not fit; give the 'next' of an answer, or nothing at first.");
        assertThat(host.get("bob", "/calls/current?wait=26").problem(400, "request.malformed_parameter"))
                .isEqualTo("The parameter 'wait' does not fit; expected a whole number from 0 to 25.");
        assertThat(host.get("", "/calls/current?wait=25").problem(401, "auth.required"))
                .isEqualTo("Nobody is signed in; sign in and ask again.");
        assertThat(new Host.Answer(host.api
                                .handleLater(new WebRequest(
                                        "GET", "/calls/current", Map.of(), Map.of(), WebBody.EMPTY, "192.0.2.7"))
                                .toCompletableFuture()
                                .join())
                        .problem(401, "auth.required"))
                .isEqualTo("Nobody is signed in; sign in and ask again.");
    }
}

package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.money.Money;
import dev.livemeter.testing.InMemoryStorage;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.TransferId;
import jakarta.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExplanationTest {

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private JsonObject explanation(String id) {
        return host.get("alice", "/sessions/" + id + "/explanation").with(200);
    }

    @Test
    void aStreamThatIsOverIsExplainedToTheLastUnit() {
        var session = host.aliceStreamed(Duration.ofSeconds(125));
        var told = explanation(session.value());
        assertThat(told.getString("sentence"))
                .isEqualTo("The parts add up to 0.208333 USD, which is what was charged. The books have the same.");
        assertThat(told.getJsonArray("spans")).hasSize(1);
        assertThat(told.getJsonArray("spans").getJsonObject(0).getString("sentence"))
                .isEqualTo("0:00:00 to 0:02:05, January 2026: 0.10 USD per minute makes 0.208333 USD.");
        assertThat(told.getJsonObject("sum")).isEqualTo(told.getJsonObject("charged"));
        assertThat(told.getJsonObject("books").getJsonObject("charged")).isEqualTo(told.getJsonObject("charged"));
        assertThat(told.getJsonObject("basis").toString())
                .isEqualTo("{\"startedAt\":\"2026-01-01T12:00:00Z\",\"zone\":\"Z\",\"covered\":0,"
                        + "\"steps\":[{\"from\":0,\"destinations\":1,\"usedElsewhere\":0}]}");
    }

    @Test
    void theEntriesBehindItAddUpToIt() {
        var session = host.aliceStreamed(Duration.ofSeconds(125));
        var sum = BigDecimal.ZERO;
        var next = "";
        do {
            var page = host.get("alice", "/sessions/" + session + "/entries?limit=5" + next)
                    .with(200);
            for (var entry : page.getJsonArray("entries").getValuesAs(JsonObject.class)) {
                assertThat(entry.getString("kind")).isEqualTo("capture");
                assertThat(entry.getString("session")).isEqualTo(session.value());
                assertThat(entry).as("accounts of others are not shown").doesNotContainKey("postings");
                sum = sum.subtract(new BigDecimal(entry.getJsonObject("amount").getString("amount")));
            }
            next = page.isNull("next") ? "" : "&before=" + page.getString("next");
        } while (!next.isEmpty());
        assertThat(sum).isEqualByComparingTo("0.208333");
        var whole = host.get("root", "/sessions/" + session + "/entries?limit=1&user=alice")
                .with(200)
                .getJsonArray("entries")
                .getJsonObject(0);
        assertThat(whole.getJsonArray("postings").getJsonObject(0).getString("destination"))
                .isEqualTo("revenue/USD");
    }

    @Test
    void whileItRunsItSaysSo() {
        var session = host.aliceLive("10.00");
        host.time.advance(Duration.ofMinutes(1));
        host.relay.heartbeat();
        assertThat(explanation(session.value()).getString("sentence"))
                .matches("The parts add up to 0\\.[0-9]+ USD so far; 0\\.[0-9]+ USD of it is charged\\.");
    }

    @Test
    void whatWasGivenBackIsTold() {
        var session = host.aliceStreamed(Duration.ofMinutes(2));
        host.live
                .wallets()
                .refund(new RefundRequest(
                        new TransferId("sorry"),
                        new TransferId(session + "/capture-1"),
                        Money.of("USD", "0.01"),
                        "noise"));
        var told = explanation(session.value());
        assertThat(told.getString("sentence"))
                .isEqualTo("The parts add up to 0.20 USD, which is what was charged. The books have the same."
                        + " 0.01 USD was given back since.");
        assertThat(told.getJsonObject("books").getJsonObject("refunded").getString("amount"))
                .isEqualTo("0.01");
    }

    @Test
    void sessionsOfOthersHaveNoExplanation() {
        var session = host.aliceStreamed(Duration.ofMinutes(1));
        host.get("bob", "/sessions/" + session + "/explanation").problem(404, "session.unknown");
        host.get("bob", "/sessions/" + session + "/entries").problem(404, "session.unknown");
        host.get("root", "/sessions/" + session + "/explanation?user=alice").with(200);
        assertThat(host.get("alice", "/sessions/" + session + "/entries?before=order-1")
                        .problem(404, "entry.unknown"))
                .isEqualTo("There is no such entry of that user; begin without 'before'.");
    }

    @Test
    void aHostWithItsOwnWalletExplainsWithoutBooks() {
        try (var plain = new Host(InMemoryStorage.create(), builder -> builder)) {
            var session = plain.aliceStreamed(Duration.ofMinutes(1));
            var told =
                    plain.get("alice", "/sessions/" + session + "/explanation").with(200);
            assertThat(told.isNull("books")).isTrue();
            assertThat(told.getString("sentence"))
                    .isEqualTo("The parts add up to 0.10 USD, which is what was charged.");
            assertThat(plain.get("alice", "/sessions/" + session + "/entries").problem(501, "billing.none"))
                    .isEqualTo("This application has no books that can be shown; its developer gives them with"
                            + " WebServer.builder(live).billing(...).");
        }
    }
}

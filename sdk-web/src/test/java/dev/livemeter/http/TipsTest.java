package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.money.Money;
import dev.livemeter.testing.InMemoryStorage;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TipsTest {

    private static final String TIP =
            "{\"payee\":\"bob\",\"amount\":{\"amount\":\"5.00\",\"currency\":\"USD\"},\"message\":\"encore\"}";

    private final Host host = new Host();

    @BeforeEach
    void payIn() {
        host.live.wallets().credit("alice", Money.of("USD", "8.00"), "order-1");
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void aTipGoesOnceFromTheWalletToTheEarnings() {
        var first = host.pay("alice", "/tips", "t1", TIP).with(201);
        assertThat(first.getJsonObject("transfer")
                        .getJsonObject("after")
                        .getJsonObject("posted")
                        .getString("amount"))
                .isEqualTo("3.00");
        assertThat(host.pay("alice", "/tips", "t1", TIP).with(200)).isEqualTo(first);
        var line = host.get("alice", "/wallet/entries").with(200).getJsonArray("entries");
        assertThat(line).hasSize(2);
        assertThat(line.getJsonObject(0).getString("title")).isEqualTo("Tip");
        assertThat(line.getJsonObject(0).getString("memo")).isEqualTo("Tip for bob: encore");

        var earnings = host.get("bob", "/earnings").with(200);
        assertThat(earnings.getJsonObject("accrued").getString("amount")).isEqualTo("3.50");
        assertThat(earnings.getJsonObject("pending").getString("amount")).isEqualTo("3.50");
        assertThat(earnings.getJsonObject("cleared").getString("amount")).isEqualTo("0.00");
        assertThat(earnings.getInt("clearing")).isEqualTo(7 * 86_400);
        assertThat(earnings.getJsonArray("entries")
                        .getJsonObject(0)
                        .getJsonObject("amount")
                        .getString("amount"))
                .isEqualTo("3.50");
        assertThat(host.books.ledger().verify().isClean()).isTrue();
    }

    @Test
    void anotherTipUnderTheSameKeyIsAConflict() {
        host.pay("alice", "/tips", "t1", TIP).with(201);
        assertThat(host.pay("alice", "/tips", "t1", TIP.replace("5.00", "1.00")).problem(409, "wallet.conflict"))
                .isEqualTo(
                        "The id tip/alice/t1 stands for another transfer already; nothing was done. Give each transfer an id of its own.");
        host.live.wallets().credit("carol", Money.of("USD", "8.00"), "order-2");
        host.pay("carol", "/tips", "t1", TIP).with(201);
    }

    @Test
    void moreThanThereIsIsRefusedAndChangesNothing() {
        host.pay("alice", "/tips", "t1", TIP.replace("5.00", "9.00")).problem(409, "wallet.insufficient_funds");
        assertThat(host.live.wallets().balance("alice").orElseThrow().posted()).isEqualTo(Money.of("USD", "8.00"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bob|alice|payee|A tip goes to somebody else; name another payee.",
                "bob|bpb|payee|Nobody of that name can be tipped; check how it is spelt.",
                "5.00|0.00|amount|A tip of 0.00 USD was asked for; expected a positive amount.",
                "5.00|-1.00|amount|A tip of -1.00 USD was asked for; expected a positive amount.",
                "encore|a\\u0007b|message|The field 'message' has 3 characters; expected at most 120 without control characters.",
                "message|massage|massage|The field 'massage' is not known here; known are payee, amount, message."
            })
    void whatDoesNotFitIsToldAtItsField(String part, String other, String field, String sentence) {
        var answer = host.pay("alice", "/tips", "t1", TIP.replace(part, other));
        assertThat(answer.problem(422, "request.unfit_field")).isEqualTo(sentence);
        assertThat(answer.json().getString("field")).isEqualTo(field);
    }

    @Test
    void anAmountIsAnObjectOfTwoTexts() {
        var number = TIP.replace("{\"amount\":\"5.00\",\"currency\":\"USD\"}", "5");
        assertThat(host.pay("alice", "/tips", "t1", number).problem(422, "request.unfit_field"))
                .isEqualTo(
                        "The field 'amount' is no amount; write it like {\"amount\":\"10.00\",\"currency\":\"USD\"}.");
        assertThat(host.pay("alice", "/tips", "t1", TIP.replace("5.00", "5,00")).problem(422, "money.malformed"))
                .isEqualTo("The amount '5,00' is not a plain decimal with at most 6 decimals; write it like 10.00.");
        host.pay("alice", "/tips", "t1", TIP.replace("USD", "Dollar")).problem(422, "money.unknown_currency");
    }

    @Test
    void withoutAKeyNoMoneyMoves() {
        for (var key : new String[] {"", "two words", "x".repeat(65)}) {
            assertThat(host.pay("alice", "/tips", key, TIP).problem(400, "request.idempotency_key"))
                    .isEqualTo("Money moves once for each header Idempotency-Key; send one of 1 to 64 characters"
                            + " A-Z a-z 0-9 . _ -, the same in each repeat.");
        }
        host.write("alice", "POST", "/tips", TIP).problem(400, "request.idempotency_key");
        host.pay("guest", "/tips", "t1", TIP).problem(403, "auth.role");
    }

    @Test
    void earningsTellWhatClearedAndWhatWasPaidOut() {
        host.pay("alice", "/tips", "t1", TIP).with(201);
        host.time.advance(Duration.ofDays(8));
        var payouts = host.books.billing().payouts();
        payouts.prepare(
                "jan",
                Instant.parse("2026-01-02T00:00:00Z"),
                new PayoutPolicy(Duration.ofDays(7), Money.of("USD", "1.00")));
        host.pay("alice", "/tips", "t2", TIP.replace("5.00", "1.00")).with(201);
        var earnings = host.get("bob", "/earnings").with(200);
        assertThat(earnings.getJsonObject("accrued").getString("amount")).isEqualTo("4.20");
        assertThat(earnings.getJsonObject("gone").getString("amount")).isEqualTo("3.50");
        assertThat(earnings.getJsonObject("posted").getString("amount")).isEqualTo("0.70");
        assertThat(earnings.getJsonObject("pending").getString("amount")).isEqualTo("0.70");
        var payout = earnings.getJsonArray("entries").getJsonObject(1);
        assertThat(payout.getString("kind")).isEqualTo("payout");
        assertThat(payout.getJsonObject("payout").getString("state")).isEqualTo("in_transit");
        host.get("alice", "/earnings?before=" + payout.getString("id")).problem(404, "entry.unknown");
    }

    @Test
    void aHostThatTakesNoTipsSaysSo() {
        try (var plain = new Host(InMemoryStorage.create(), builder -> builder)) {
            assertThat(plain.pay("alice", "/tips", "t1", TIP).problem(501, "tips.none"))
                    .isEqualTo("This application has no rules for tips; its developer gives them with"
                            + " WebServer.builder(live).tips(...).");
        }
    }
}

package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.testing.InMemoryStorage;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdministratorTest {

    private static final String CREDIT =
            "{\"amount\":{\"amount\":\"5.00\",\"currency\":\"USD\"},\"reason\":\"goodwill\"}";

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/wallet/credits",
        "GET,/refunds/preview",
        "POST,/refunds",
        "GET,/reports/sales",
        "GET,/reports/sales.csv",
        "GET,/reports/movements",
        "GET,/reports/movements.csv",
        "GET,/payouts",
        "POST,/payouts",
        "GET,/payouts/jan",
        "GET,/payouts/jan/payouts.csv",
        "POST,/payouts/jan/bob/paid",
        "POST,/payouts/jan/bob/returned",
        "GET,/ledger/verification",
        "GET,/tariffs",
        "GET,/tariffs/reading",
        "POST,/tariffs"
    })
    void nobodyElseLooksAtTheBooks(String method, String path) {
        var answer = host.send("alice", method, path, "", Map.of("Content-Type", "application/json"));
        assertThat(answer.problem(403, "auth.role")).isEqualTo("Only administrators may ask for this.");
    }

    @ParameterizedTest
    @CsvSource({
        "/wallet/entries,billing.none",
        "/wallet/entries.csv,billing.none",
        "/earnings,billing.none",
        "/payouts,billing.none",
        "/ledger/verification,billing.none",
        "/refunds/preview?session=x,billing.none",
        "/reports/sales,reports.none",
        "/reports/movements.csv,reports.none"
    })
    void whatIsNotThereIsSaidToBeMissing(String path, String code) {
        try (var plain = new Host(InMemoryStorage.create(), builder -> builder)) {
            plain.get("root", path).problem(501, code);
        }
    }

    @Test
    void aCreditByHandIsBookedOnceWithWhoGaveItAndWhy() {
        host.pay("root", "/wallet/credits?user=alice", "c1", CREDIT).with(201);
        host.pay("root", "/wallet/credits?user=alice", "c1", CREDIT).with(200);
        assertThat(host.live.wallets().balance("alice").orElseThrow().posted()).isEqualTo(Money.of("USD", "5.00"));
        var line = host.get("alice", "/wallet/entries")
                .with(200)
                .getJsonArray("entries")
                .getJsonObject(0);
        assertThat(line.getString("memo")).isEqualTo("goodwill (by root)");
        host.pay("root", "/wallet/credits?user=bob", "c1", CREDIT).problem(409, "wallet.conflict");
        assertThat(host.pay("root", "/wallet/credits?user=bob", "c2", CREDIT.replace("goodwill", " "))
                        .problem(422, "request.unfit_field"))
                .isEqualTo("The field 'reason' is missing; it is a string and has to be given.");
        host.pay("root", "/wallet/credits?user=alice", "c3", CREDIT.replace("USD", "EUR"))
                .problem(422, "wallet.currency_mismatch");
    }

    @Test
    void aWholeStreamIsGivenBackOnce() {
        var session = host.aliceStreamed(Duration.ofMinutes(2));
        var preview = host.get("root", "/refunds/preview?session=" + session).with(200);
        assertThat(preview.getString("user")).isEqualTo("alice");
        assertThat(preview.getJsonObject("left").getString("amount")).isEqualTo("0.20");
        var request = "{\"session\":\"" + session + "\",\"reason\":\"no picture\"}";
        var first = host.pay("root", "/refunds", "r1", request).with(201);
        assertThat(first.getJsonObject("amount").getString("amount")).isEqualTo("0.20");
        var again = host.pay("root", "/refunds", "r1", request).with(200);
        assertThat(again).isEqualTo(first);
        assertThat(host.live.wallets().balance("alice").orElseThrow().posted()).isEqualTo(Money.of("USD", "20.00"));
        assertThat(host.get("root", "/refunds/preview?session=" + session)
                        .with(200)
                        .getJsonObject("left")
                        .getString("amount"))
                .isEqualTo("0.00");
        assertThat(host.pay("root", "/refunds", "r2", request).problem(409, "refund.nothing_left"))
                .isEqualTo("All of it was given back before; there is nothing left.");
        assertThat(host.feed.after(UserId.of("alice"), 0, 500, false).entries().stream()
                        .map(entry -> entry.event().code()))
                .as("the artist is told")
                .contains("wallet_refunded");
        assertThat(host.books.ledger().verify().isClean()).isTrue();
    }

    @Test
    void aPartOfAStreamIsGivenBackAndNeverMoreThanIsLeft() {
        var session = host.aliceStreamed(Duration.ofMinutes(2));
        var request = "{\"session\":\"" + session
                + "\",\"amount\":{\"amount\":\"0.15\",\"currency\":\"USD\"},\"reason\":\"stutter\"}";
        host.pay("root", "/refunds", "r1", request).with(201);
        host.pay("root", "/refunds", "r1", request).with(200);
        host.pay("root", "/refunds", "r1", request.replace("0.15", "0.05")).problem(409, "refund.conflict");
        assertThat(host.pay("root", "/refunds", "r2", request).problem(409, "refund.exceeds_charges"))
                .isEqualTo("A refund of 0.15 USD was asked for and 0.05 USD is left of what the session " + session
                        + " was charged.");
    }

    @Test
    void aKeyStandsForOneRefundOfWhateverKind() {
        var session = host.aliceStreamed(Duration.ofMinutes(2));
        var part = "\"amount\":{\"amount\":\"0.01\",\"currency\":\"USD\"},\"reason\":\"stutter\"}";
        var ofSession = "{\"session\":\"" + session + "\"," + part;
        var ofEntry = "{\"entry\":\"" + session + "/capture-1\"," + part;
        host.pay("root", "/refunds", "r1", ofSession).with(201);
        host.pay("root", "/refunds", "r1", ofEntry).problem(409, "refund.conflict");
        host.pay("root", "/refunds", "r2", ofEntry).with(201);
        host.pay("root", "/refunds", "r2", ofEntry).with(200);
        host.pay("root", "/refunds", "r2", ofSession).problem(409, "refund.conflict");
        assertThat(host.live.wallets().balance("alice").orElseThrow().posted()).isEqualTo(Money.of("USD", "19.82"));
    }

    @Test
    void aTipIsGivenBackByItsEntry() {
        host.live.wallets().credit("alice", Money.of("USD", "8.00"), "order-1");
        var tip = host.pay(
                        "alice",
                        "/tips",
                        "t1",
                        "{\"payee\":\"bob\",\"amount\":{\"amount\":\"5.00\",\"currency\":\"USD\"}}")
                .with(201)
                .getJsonObject("transfer")
                .getString("id");
        var request = "{\"entry\":\"" + tip + "\",\"reason\":\"slip of the finger\"}";
        host.pay("root", "/refunds", "r1", request).with(201);
        host.pay("root", "/refunds", "r1", request).with(200);
        assertThat(host.get("bob", "/earnings")
                        .with(200)
                        .getJsonObject("accrued")
                        .getString("amount"))
                .isEqualTo("0.00");
        for (var unknown : List.of("order-1", "nothing")) {
            assertThat(host.pay("root", "/refunds", "r2", request.replace(tip, unknown))
                            .problem(404, "refund.nothing_charged"))
                    .isEqualTo(
                            "There is no charge of that name: neither a session that was charged, nor a charge or tip.");
        }
        assertThat(host.pay("root", "/refunds", "r3", "{\"reason\":\"none\"}").problem(422, "request.unfit_field"))
                .isEqualTo("What is to be given back? Name one of 'session' and 'entry'.");
    }

    @Test
    void reportsSumUpWhatWasSold() {
        host.aliceStreamed(Duration.ofMinutes(2));
        var sales = host.get("root", "/reports/sales?by=payer,day&from=2026-01-01&to=2026-02-01")
                .with(200);
        var row = sales.getJsonArray("rows").getJsonObject(0);
        assertThat(row.getString("payer")).isEqualTo("alice");
        assertThat(row.getString("day")).isEqualTo("2026-01-01");
        assertThat(row.getInt("seconds")).isEqualTo(120);
        assertThat(row.getJsonObject("amount").getString("amount")).isEqualTo("0.20");
        assertThat(sales.getJsonArray("totals")
                        .getJsonObject(0)
                        .getJsonObject("kept")
                        .getString("amount"))
                .isEqualTo("0.20");
        assertThat(host.get("root", "/reports/sales.csv?by=platform&from=2026-01-01&to=2026-02-01")
                        .csv("sales-2026-01-01-to-2026-02-01.csv"))
                .containsExactly(
                        "platform,currency,sessions,seconds,list,discount,amount,earned,kept",
                        "twitch,USD,1,120,0.20,0.00,0.20,0.00,0.20");
        assertThat(host.get("root", "/reports/movements")
                        .with(200)
                        .getJsonArray("rows")
                        .getJsonObject(0)
                        .toString())
                .isEqualTo("{\"day\":\"2026-01-01\",\"kind\":\"credit\",\"entries\":1,"
                        + "\"amount\":{\"amount\":\"20.00\",\"currency\":\"USD\"},"
                        + "\"revenue\":{\"amount\":\"0.00\",\"currency\":\"USD\"}}");
        assertThat(host.get("root", "/reports/movements.csv").csv("movements-2026-01-01-to-2026-01-02.csv"))
                .hasSize(3);
        assertThat(host.get("root", "/reports/sales?by=moon").problem(400, "request.malformed_parameter"))
                .isEqualTo("The parameter 'by' does not fit; expected a list of day, month, payer, payee, lane, tier,"
                        + " factor, platform, with commas.");
        host.get("root", "/reports/sales?by=day,day").problem(422, "report.malformed_grouping");
        host.get("root", "/reports/sales?from=2026-02-01&to=2026-01-01").problem(422, "report.malformed_period");
    }

    @Test
    void earningsArePaidOutInBatches() {
        host.live.wallets().credit("alice", Money.of("USD", "50.00"), "order-1");
        for (var payee : List.of("bob", "carol")) {
            host.pay(
                            "alice",
                            "/tips",
                            "t-" + payee,
                            "{\"payee\":\"" + payee + "\",\"amount\":{\"amount\":\"10.00\",\"currency\":\"USD\"}}")
                    .with(201);
        }
        var prepare = "{\"batch\":\"jan\",\"cutoff\":\"2026-01-02T00:00:00Z\"}";
        assertThat(host.write("root", "POST", "/payouts", prepare).problem(422, "payout.not_cleared"))
                .startsWith("A payout of what was earned until 2026-01-02T00:00:00Z was asked for at");
        host.time.advance(Duration.ofDays(8));
        var prepared = host.write("root", "POST", "/payouts", prepare).with(200);
        assertThat(prepared.getInt("payouts")).isEqualTo(2);
        assertThat(prepared.getJsonObject("total").getString("amount")).isEqualTo("14.00");
        assertThat(host.write("root", "POST", "/payouts", prepare).with(200)).isEqualTo(prepared);

        host.write("root", "POST", "/payouts/jan/bob/paid", "{\"reference\":\"SEPA 1\"}")
                .with(200);
        host.write("root", "POST", "/payouts/jan/carol/returned", "{\"reason\":\"account closed\"}")
                .with(200);
        assertThat(host.write("root", "POST", "/payouts/jan/carol/paid", "{\"reference\":\"SEPA 2\"}")
                        .problem(409, "payout.already_returned"))
                .isEqualTo(
                        "The payout payout/jan/carol came back and is earnings again; the next batch takes it along.");
        host.write("root", "POST", "/payouts/jan/dave/paid", "{\"reference\":\"x\"}")
                .problem(404, "payout.unknown_payout");

        var batch =
                host.get("root", "/payouts").with(200).getJsonArray("batches").getJsonObject(0);
        assertThat(batch.getString("batch")).isEqualTo("jan");
        assertThat(batch.getJsonObject("paid").getString("amount")).isEqualTo("7.00");
        assertThat(batch.getJsonObject("returned").getString("amount")).isEqualTo("7.00");
        assertThat(batch.getJsonObject("inTransit").getString("amount")).isEqualTo("0.00");
        assertThat(host.get("root", "/payouts/jan")
                        .with(200)
                        .getJsonArray("payouts")
                        .getValuesAs(JsonObject.class))
                .extracting(payout -> payout.getString("payee") + " " + payout.getString("state"))
                .containsExactly("bob paid", "carol returned");
        assertThat(host.get("root", "/payouts/jan/payouts.csv").csv("payouts-jan.csv"))
                .hasSize(3)
                .contains("payout/jan/bob,bob,7.00,USD,PAID,2026-01-09T12:00:00Z,SEPA 1,");
        assertThat(host.get("root", "/payouts/feb").problem(404, "payout.unknown_batch"))
                .isEqualTo("There is no batch of that name with payouts.");
        assertThat(host.write("root", "POST", "/payouts", prepare.replace("01-02", "01-01"))
                        .problem(409, "payout.conflict"))
                .startsWith("The batch jan was prepared with another cutoff or policy");
        host.get("root", "/payouts/two words").problem(422, "payout.malformed_batch");
        assertThat(host.write("root", "POST", "/payouts", "{\"batch\":\"feb\",\"cutoff\":\"today\"}")
                        .problem(422, "request.unfit_field"))
                .isEqualTo("The field 'cutoff' is no moment; write it like 2026-11-20T07:17:20Z.");
    }

    @Test
    void theBooksAreProven() {
        host.aliceStreamed(Duration.ofSeconds(5));
        var proof = host.get("root", "/ledger/verification").with(200);
        assertThat(proof.getBoolean("clean")).isTrue();
        assertThat(proof.getString("sentence"))
                .isEqualTo("The books are right: 2 entries with 2 postings, 1 wallet and 1 hold were looked at,"
                        + " and every balance is the sum of its postings.");
        assertThat(proof.getJsonArray("findings")).isEmpty();
    }

    @Test
    void aTariffIsReadBeforeItIsPublished() {
        var reading = host.get("root", "/tariffs/reading?notation=0.20 USD/60s 60/60 tiers=36000s:50%")
                .with(200);
        assertThat(reading.getJsonObject("tariff").getJsonArray("sentences").toString())
                .isEqualTo("[\"A minute costs 0.20 USD; a minute that is begun counts whole.\","
                        + "\"50 % off for what comes after 600 minutes in a calendar month.\"]");
        assertThat(reading.getJsonArray("examples").getJsonObject(3).toString())
                .isEqualTo("{\"minutes\":3600,\"cost\":{\"amount\":\"420.00\",\"currency\":\"USD\"}}");
        assertThat(host.get("root", "/tariffs/reading?notation=cheap").problem(422, "tariff.malformed_notation"))
                .startsWith("The notation of a tariff has 'cheap' at character 1; expected ");
        assertThat(host.get("root", "/tariffs/reading").problem(400, "request.malformed_parameter"))
                .isEqualTo("The parameter 'notation' is missing; it has to be given.");
    }

    @Test
    void aPublishedTariffHoldsFromItsMoment() {
        var tariff = "{\"key\":\"relay\",\"tariff\":\"0.20 USD/60s 60/60\",\"from\":\"2026-02-01T00:00:00Z\"}";
        var published = host.write("root", "POST", "/tariffs", tariff).with(201);
        assertThat(published.getJsonObject("published").getInt("version")).isEqualTo(1);
        assertThat(host.write("root", "POST", "/tariffs", tariff).with(201)).isEqualTo(published);
        assertThat(host.write("root", "POST", "/tariffs", tariff.replace("02-01", "01-15"))
                        .problem(409, "tariff.not_later"))
                .startsWith("A tariff of relay is to be in force from 2026-01-15T00:00:00Z on, but version 1 is from");
        var mismatch = host.write("root", "POST", "/tariffs", tariff.replace("USD", "EUR"));
        assertThat(mismatch.problem(422, "request.unfit_field")).startsWith("A tariff of relay in EUR");
        host.write("root", "POST", "/tariffs", tariff.replace("relay", "rail")).problem(422, "tariff.malformed_key");
        host.write("root", "POST", "/tariffs", "{\"key\":\"relay/bob\",\"tariff\":\"0.05 USD/60s 1/1\"}")
                .with(201);
        var all = host.get("root", "/tariffs").with(200);
        assertThat(all.getJsonArray("tariffs").getValuesAs(JsonObject.class))
                .extracting(entry -> entry.getString("key"))
                .containsExactly("relay", "relay/bob");
        assertThat(all.getJsonArray("tariffs")
                        .getJsonObject(1)
                        .getJsonArray("versions")
                        .getJsonObject(0)
                        .getString("from"))
                .isEqualTo(Instant.parse("2026-01-01T12:00:00Z").toString());
        assertThat(all.getJsonObject("fallback").getString("text")).isEqualTo("0.10 USD per minute, by the second");
        assertThat(host.get("bob", "/prices/quote?minutes=1")
                        .with(200)
                        .getJsonObject("cost")
                        .getString("amount"))
                .isEqualTo("0.05");
    }
}

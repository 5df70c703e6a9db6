package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.billing.BundleOffer;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.money.Money;
import dev.livemeter.testing.InMemoryStorage;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BundlesTest {

    private static final String OFFER = "{\"offer\":\"two-hours\"}";

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void whatIsOfferedIsBoughtOnceForTheMoneyOfTheWallet() {
        host.live.wallets().credit("alice", Money.of("USD", "10.00"), "order-1");
        var before = host.get("alice", "/bundles").with(200);
        assertThat(before.getInt("left")).isZero();
        assertThat(before.getJsonArray("bundles")).isEmpty();
        var offer = before.getJsonArray("offers").getJsonObject(0);
        assertThat(offer.getString("id")).isEqualTo("two-hours");
        assertThat(offer.getString("name")).isEqualTo("120 minutes");
        assertThat(offer.getInt("length")).isEqualTo(7_200);
        assertThat(offer.getInt("validFor")).isEqualTo(90 * 86_400);
        assertThat(offer.getJsonObject("price").getString("amount")).isEqualTo("9.00");

        var bought = host.pay("alice", "/bundles", "b1", OFFER).with(201);
        assertThat(bought.getJsonObject("bundle").getString("id")).isEqualTo("bought/alice/b1");
        assertThat(host.pay("alice", "/bundles", "b1", OFFER).with(200)).isEqualTo(bought);
        assertThat(host.live.wallets().balance("alice").orElseThrow().posted()).isEqualTo(Money.of("USD", "1.00"));
        var line = host.get("alice", "/wallet/entries").with(200).getJsonArray("entries");
        assertThat(line.getJsonObject(0).getString("title")).isEqualTo("Minutes");
        assertThat(line.getJsonObject(0).getString("memo")).isEqualTo("120 minutes");
        var after = host.get("alice", "/bundles").with(200);
        assertThat(after.getInt("left")).isEqualTo(7_200);
        assertThat(after.getJsonArray("bundles")).containsExactly(bought.getJsonObject("bundle"));
        assertThat(host.get("bob", "/bundles").with(200).getJsonArray("bundles"))
                .isEmpty();
    }

    @Test
    void whatCannotBeBoughtIsRefused() {
        host.pay("alice", "/bundles", "b1", OFFER).problem(409, "wallet.no_wallet");
        host.live.wallets().credit("alice", Money.of("USD", "5.00"), "order-1");
        assertThat(host.pay("alice", "/bundles", "b1", OFFER).problem(409, "wallet.insufficient_funds"))
                .isEqualTo("9.00 USD is needed and 5.00 USD is available in the wallet of alice.");
        assertThat(host.pay("alice", "/bundles", "b1", "{\"offer\":\"ten-hours\"}")
                        .problem(422, "request.unfit_field"))
                .isEqualTo("Nothing of that name is for sale; look at GET /bundles.");
        host.pay("alice", "/bundles", "", OFFER).problem(400, "request.idempotency_key");
    }

    @Test
    void anAdministratorGivesMinutes() {
        var asked = "{\"length\":600,\"until\":\"2100-01-01T00:00:00Z\",\"reason\":\"sorry\"}";
        var given = host.pay("root", "/bundles/grants?user=alice", "g1", asked).with(201);
        host.time.advance(Duration.ofSeconds(5));
        assertThat(host.pay("root", "/bundles/grants?user=alice", "g1", asked).with(200))
                .isEqualTo(given);
        var bundle = given.getJsonObject("bundle");
        assertThat(bundle.getString("name")).isEqualTo("sorry (by root)");
        assertThat(bundle.isNull("price")).isTrue();
        assertThat(bundle.getString("validUntil")).isEqualTo("2100-01-01T00:00:00Z");
        assertThat(host.get("alice", "/bundles").with(200).getInt("left")).isEqualTo(600);

        host.pay("root", "/bundles/grants?user=alice", "g1", asked.replace("600", "601"))
                .problem(409, "bundle.conflict");
        assertThat(host.pay("root", "/bundles/grants?user=alice", "g2", asked.replace("600", "0.5"))
                        .problem(422, "bundle.malformed"))
                .isEqualTo(
                        "The bundle by-hand/g2 is to have PT0.5S; expected a whole number of seconds from 1 to 999999999.");
        host.pay("root", "/bundles/grants?user=alice", "g2", "{\"reason\":\"sorry\"}")
                .problem(422, "request.unfit_field");
        host.pay("alice", "/bundles/grants", "g3", asked).problem(403, "auth.role");
    }

    @Test
    void anAdministratorRefundsWhatIsUnused() {
        host.live.wallets().credit("alice", Money.of("USD", "10.00"), "order-1");
        host.pay("alice", "/bundles", "b1", OFFER).with(201);
        var asked = "{\"bundle\":\"bought/alice/b1\",\"reason\":\"asked for\"}";
        host.pay("alice", "/bundles/refunds", "r1", asked).problem(403, "auth.role");
        var refunded = host.pay("root", "/bundles/refunds", "r1", asked).with(201);
        assertThat(refunded.getJsonObject("bundle").getInt("left")).isZero();
        assertThat(refunded.getJsonObject("transfer").getJsonObject("amount").getString("amount"))
                .isEqualTo("9.00");
        assertThat(host.pay("root", "/bundles/refunds", "r1", asked).with(200)).isEqualTo(refunded);
        host.pay("root", "/bundles/refunds", "r2", asked).problem(409, "bundle.nothing_left");
        host.pay("root", "/bundles/refunds", "r3", asked.replace("b1", "b7")).problem(404, "bundle.unknown_bundle");
        assertThat(host.books.ledger().verify().isClean()).isTrue();
    }

    @Test
    void theExplanationSaysWhichTimeWasCoveredAndByWhat() {
        host.pay("root", "/bundles/grants?user=alice", "g1", "{\"length\":60,\"reason\":\"welcome\"}")
                .with(201);
        var session = host.aliceStreamed(Duration.ofSeconds(90));
        var told = host.get("alice", "/sessions/" + session + "/explanation").with(200);
        assertThat(told.getJsonArray("spans").getValuesAs(JsonObject.class))
                .extracting(span -> span.getString("kind") + ": " + span.getString("sentence"))
                .containsExactly(
                        "covered: Minute 1: covered by bundled minutes.",
                        "time: 0:01:00 to 0:01:30, January 2026: 0.10 USD per minute makes 0.05 USD.");
        assertThat(told.getJsonObject("basis").getInt("covered")).isEqualTo(60);
        var use = told.getJsonArray("bundles").getJsonObject(0);
        assertThat(use.getString("bundle")).isEqualTo("by-hand/g1");
        assertThat(use.getInt("used")).isEqualTo(60);
        assertThat(told.getJsonObject("charged").getString("amount")).isEqualTo("0.05");
        assertThat(told.getString("sentence"))
                .isEqualTo("The parts add up to 0.05 USD, which is what was charged. The books have the same.");
    }

    @Test
    void minutesAndMoneyLastTogether() {
        give("alice", 7_200);
        host.live.wallets().credit("alice", Money.of("USD", "6.00"), "order-1");
        assertThat(host.get("alice", "/wallet").with(200).getJsonObject("lasts"))
                .isEqualTo(Json.createObjectBuilder()
                        .add("seconds", 10_800)
                        .add("covered", 7_200)
                        .add("running", false)
                        .build());
    }

    @Test
    void whatAStreamReservedLastsForItWithTheMoney() {
        give("alice", 7_200);
        host.aliceLive("6.00");
        host.time.advance(Duration.ofSeconds(60));
        var bundle =
                host.get("alice", "/bundles").with(200).getJsonArray("bundles").getJsonObject(0);
        assertThat(bundle.getInt("left")).isZero();
        assertThat(bundle.getInt("reserved")).isEqualTo(7_200);
        var status = host.get("alice", "/status").with(200);
        assertThat(status.getJsonObject("lasts"))
                .isEqualTo(Json.createObjectBuilder()
                        .add("seconds", 10_740)
                        .add("covered", 7_140)
                        .add("running", true)
                        .build());
        assertThat(host.get("alice", "/wallet").with(200).getJsonObject("lasts"))
                .isEqualTo(status.getJsonObject("lasts"));
    }

    @Test
    void whoHasMinutesAndNoMoneyIsToldThatNothingIsMissing() {
        var before = host.get("bob", "/wallet").with(200);
        assertThat(before.getJsonObject("missing").getString("amount")).isEqualTo("5.00");
        assertThat(before.getJsonObject("lasts").getInt("seconds")).isZero();
        give("bob", 600);
        var after = host.get("bob", "/wallet").with(200);
        assertThat(after.isNull("wallet")).isTrue();
        assertThat(after.getJsonObject("missing").getString("amount")).isEqualTo("0.00");
        assertThat(after.getJsonObject("lasts").getInt("seconds")).isEqualTo(600);
        var quote = host.get("bob", "/prices/quote?minutes=15").with(200);
        assertThat(quote.getInt("covered")).isEqualTo(600);
        assertThat(quote.getJsonObject("missing").getString("amount")).isEqualTo("0.50");
        // Less than the first quota begins with money, as ever.
        give("carol", 5);
        assertThat(host.get("carol", "/wallet")
                        .with(200)
                        .getJsonObject("missing")
                        .getString("amount"))
                .isEqualTo("5.00");
    }

    private void give(String user, int seconds) {
        host.pay(
                        "root",
                        "/bundles/grants?user=" + user,
                        "g-" + user,
                        "{\"length\":" + seconds + ",\"reason\":\"welcome\"}")
                .with(201);
    }

    @Test
    void withoutBooksThereAreNoBundles() {
        try (var plain = new Host(InMemoryStorage.create(), api -> api)) {
            plain.get("alice", "/bundles").problem(501, "billing.none");
        }
    }

    @Test
    void twoOffersOfOneNameAreAFault() {
        var offer = new BundleOffer("hour", "60 minutes", Duration.ofHours(1), Money.of("USD", "5.00"), null);
        assertThatThrownBy(() -> LivemeterApi.builder(host.live).bundles(offer, offer))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Two bundles are offered under one id, of [hour, hour]; give each an id of its own.");
    }
}

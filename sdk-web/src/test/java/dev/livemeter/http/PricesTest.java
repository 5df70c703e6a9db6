package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.DestinationFactor;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.money.Tier;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricesTest {

    private static final Tariff FULL = Tariff.perMinute("USD", "0.10")
            .withFree(Duration.ofSeconds(30))
            .withMinimum(Money.of("USD", "0.25"))
            .withTiers(Tier.of(Duration.ofHours(10), "20"), Tier.of(Duration.ofHours(50), "12.5"))
            .withFactors(DestinationFactor.of(4, "1.2"));

    private final Host host = new Host(FULL);

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void aPriceIsToldWholeInWordsAndAsData() {
        var prices = host.get("alice", "/prices").with(200);
        assertThat(prices.getJsonArray("prices")).hasSize(1);
        var price = prices.getJsonArray("prices").getJsonObject(0);
        assertThat(price.getString("service")).isEqualTo("relay");
        assertThat(price.isNull("version")).isTrue();
        assertThat(price.isNull("next")).isTrue();
        assertThat(price.getInt("usedThisMonth")).isZero();
        assertThat(price.getJsonObject("tariff").getJsonArray("sentences").toString())
                .isEqualTo("[\"A minute costs 0.10 USD; a minute that is begun counts whole.\","
                        + "\"The first 30 seconds are free.\","
                        + "\"What is charged at all costs at least 0.25 USD.\","
                        + "\"20 % off for what comes after 600 minutes in a calendar month.\","
                        + "\"12.5 % off for what comes after 3000 minutes in a calendar month.\","
                        + "\"Times 1.2 from 4 destinations on.\"]");
        assertThat(price.getJsonObject("tariff").getJsonArray("tiers").toString())
                .isEqualTo(
                        "[{\"from\":36000,\"discountPercent\":\"20\"},{\"from\":180000,\"discountPercent\":\"12.5\"}]");
        assertThat(price.getJsonObject("tariff").getJsonArray("factors").toString())
                .isEqualTo("[{\"from\":4,\"times\":\"1.2\"}]");
        assertThat(Tariff.parse(price.getJsonObject("tariff").getString("notation")))
                .isEqualTo(FULL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.10 USD/60s 1/1|A minute costs 0.10 USD; it is counted by the second.",
                "1.00 USD/3600s 60/1|Each 60 minutes cost 1.00 USD; at least 1 minute, then steps of 1 second.",
                "0.10 USD/60s 6/6|A minute costs 0.10 USD; it is counted in steps of 6 seconds."
            })
    void incrementsAreSaidAsPeopleSayThem(String notation, String sentence) {
        assertThat(TariffView.sentences(Tariff.parse(notation))).containsExactly(sentence);
    }

    @Test
    void aPublishedPriceOfOnesOwnHoldsEverywhereAndTheNextIsTold() {
        var own = TariffKey.of(Service.RELAY, UserId.of("alice"));
        var half = Tariff.perMinute("USD", "0.05").in(Increment.SECONDS);
        host.live.tariffs().publish(own, half, host.time.instant());
        host.live.tariffs().publish(own, Tariff.perMinute("USD", "0.07"), Instant.parse("2026-02-01T00:00:00Z"));
        var price =
                host.get("alice", "/prices").with(200).getJsonArray("prices").getJsonObject(0);
        assertThat(price.getString("version")).isEqualTo("relay/alice#1");
        assertThat(price.getJsonObject("next").getString("from")).isEqualTo("2026-02-01T00:00:00Z");
        assertThat(price.getJsonObject("next").getString("version")).isEqualTo("relay/alice#2");
        host.live.wallets().credit("alice", Money.of("USD", "6.00"), "order-1");
        assertThat(host.get("alice", "/status")
                        .with(200)
                        .getJsonObject("tariff")
                        .getString("text"))
                .isEqualTo("0.05 USD per minute, by the second");
        assertThat(host.get("alice", "/wallet").with(200).getJsonObject("lasts").getInt("seconds"))
                .isEqualTo(7_200);
        assertThat(host.get("bob", "/prices")
                        .with(200)
                        .getJsonArray("prices")
                        .getJsonObject(0)
                        .isNull("version"))
                .isTrue();
    }

    @Test
    void aQuoteSaysWhatItCostsWhyAndHowLongTheBalanceLasts() {
        host.live.wallets().credit("alice", Money.of("USD", "6.00"), "order-1");
        var quote = host.get("alice", "/prices/quote?minutes=60&destinations=4").with(200);
        assertThat(quote.getString("sentence")).isEqualTo("60 minutes to 4 destinations cost 7.20 USD.");
        assertThat(quote.getJsonObject("cost").getString("amount")).isEqualTo("7.20");
        assertThat(quote.getJsonObject("available").getString("amount")).isEqualTo("6.00");
        assertThat(quote.getJsonObject("missing").getString("amount")).isEqualTo("1.20");
        // 30 free seconds and 50 minutes at 0.12
        assertThat(quote.getInt("lasts")).isEqualTo(3_030);
        assertThat(quote.getJsonArray("spans")).hasSize(2);
        assertThat(quote.getJsonArray("spans").getJsonObject(1).getString("sentence"))
                .isEqualTo("0:00:30 to 1:00:30, January 2026: 0.10 USD per minute, times 1.2 from 4 destinations on,"
                        + " makes 7.20 USD.");
        assertThat(host.live.wallets().balance("alice").orElseThrow().held().isZero())
                .as("nothing is reserved")
                .isTrue();
    }

    @Test
    void whatIsMissingIsAtLeastWhatAStreamNeedsToStart() {
        var quote = host.get("bob", "/prices/quote?seconds=60").with(200);
        assertThat(quote.getString("sentence")).isEqualTo("1 minute to 1 destination costs 0.25 USD.");
        assertThat(quote.getJsonObject("missing").getString("amount")).isEqualTo("5.00");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|How long is it? Give one of the parameters 'minutes' and 'seconds'.",
                "?minutes=1&seconds=1|How long is it? Give one of the parameters 'minutes' and 'seconds'.",
                "?minutes=many|The parameter 'minutes' does not fit; expected a whole number from 0 to 527040.",
                "?minutes=1&destinations=11|The parameter 'destinations' does not fit; expected a whole number from 0 to 10.",
                "?minutes=1&service=tv|The parameter 'service' does not fit; expected relay, call, call.spectator."
            })
    void aQuestionThatCannotBeAnsweredIsRefused(String query, String sentence) {
        var path = "/prices/quote" + (query == null ? "" : query);
        assertThat(host.get("alice", path).problem(400, "request.malformed_parameter"))
                .isEqualTo(sentence);
    }
}

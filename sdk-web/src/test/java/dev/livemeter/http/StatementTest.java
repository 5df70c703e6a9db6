package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.money.Money;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementTest {

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void eachLineHasTheBalanceAfterIt() {
        var session = host.aliceStreamed(Duration.ofSeconds(5));
        var lines = host.get("alice", "/wallet/entries").with(200).getJsonArray("entries");
        assertThat(lines).hasSize(2);
        var charged = lines.getJsonObject(0);
        assertThat(charged.getString("title")).isEqualTo("Streaming");
        assertThat(charged.getString("session")).isEqualTo(session.value());
        assertThat(charged.getJsonObject("amount").getString("amount")).isEqualTo("-0.008333");
        assertThat(charged.getJsonObject("after").getJsonObject("posted").getString("amount"))
                .isEqualTo("19.991667");
        var paid = lines.getJsonObject(1);
        assertThat(paid.getString("title")).isEqualTo("Paid in");
        assertThat(paid.getString("about")).isEqualTo("order-1");
        assertThat(paid.isNull("session")).isTrue();
        assertThat(paid.getJsonObject("amount").getString("amount")).isEqualTo("20.00");
        assertThat(paid.getJsonObject("after").toString())
                .isEqualTo("{\"posted\":{\"amount\":\"20.00\",\"currency\":\"USD\"},"
                        + "\"held\":{\"amount\":\"0.00\",\"currency\":\"USD\"},"
                        + "\"available\":{\"amount\":\"20.00\",\"currency\":\"USD\"}}");
    }

    @Test
    void pagesJoinWithoutGapOrRepeat() {
        for (var i = 1; i <= 7; i++) {
            host.live.wallets().credit("alice", Money.of("USD", i + ".00"), "order-" + i);
        }
        var seen = new ArrayList<String>();
        var page = host.get("alice", "/wallet/entries?limit=3").with(200);
        while (true) {
            page.getJsonArray("entries").getValuesAs(JsonObject.class).forEach(line -> seen.add(line.getString("id")));
            if (page.isNull("next")) {
                break;
            }
            page = host.get("alice", "/wallet/entries?limit=3&before=" + page.getString("next"))
                    .with(200);
        }
        assertThat(seen).containsExactly("order-7", "order-6", "order-5", "order-4", "order-3", "order-2", "order-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"order-1", "nothing", "with%20blank"})
    void entriesOfOthersAndOfNobodyAreTheSame(String id) {
        host.live.wallets().credit("alice", Money.of("USD", "1.00"), "order-1");
        host.get("bob", "/wallet/entries?before=" + id.replace("%20", " ")).problem(404, "entry.unknown");
        assertThat(host.get("bob", "/wallet/entries").with(200).getJsonArray("entries"))
                .isEmpty();
    }

    @Test
    void aPeriodIsSavedAsAFile() {
        host.live.wallets().credit("alice", Money.of("USD", "1.00"), "order-1");
        host.time.advance(Duration.ofDays(1));
        host.live.wallets().credit("alice", Money.of("USD", "2.00"), "order-2");
        var heading = "at,kind,title,about,memo,amount,currency,posted,held,available,entry,reverses";
        var first = "2026-01-01T12:00:00Z,CREDIT,Paid in,order-1,,1.00,USD,1.00,0.00,1.00,order-1,";
        var second = "2026-01-02T12:00:00Z,CREDIT,Paid in,order-2,,2.00,USD,3.00,0.00,3.00,order-2,";
        assertThat(host.get("alice", "/wallet/entries.csv").csv("statement-alice.csv"))
                .isEqualTo(List.of(heading, second, first));
        assertThat(host.get("alice", "/wallet/entries.csv?from=2026-01-02").csv("statement-alice.csv"))
                .isEqualTo(List.of(heading, second));
        assertThat(host.get("alice", "/wallet/entries.csv?to=2026-01-02").csv("statement-alice.csv"))
                .isEqualTo(List.of(heading, first));
        assertThat(host.get("alice", "/wallet/entries.csv?from=2026-01-02&to=2026-01-02")
                        .problem(422, "statement.malformed_period"))
                .isEqualTo("A statement from 2026-01-02T00:00:00Z to before 2026-01-02T00:00:00Z was asked for;"
                        + " expected an earlier beginning.");
        assertThat(host.get("alice", "/wallet/entries.csv?from=yesterday").problem(400, "request.malformed_parameter"))
                .isEqualTo("The parameter 'from' does not fit; expected a day such as 2026-11-20.");
    }
}

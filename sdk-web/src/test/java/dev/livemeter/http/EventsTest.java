package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.event.LiveEvent.WalletCredited;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventsTest {

    private static final UserId ALICE = UserId.of("alice");
    private final ManualTime time = ManualTime.create();

    private static WalletCredited credited(ManualTime time, UserId user, String amount) {
        return new WalletCredited(time.instant(), user, Money.of("USD", amount), Money.of("USD", amount));
    }

    @Test
    void oneAsksForWhatCameSince() {
        try (var host = new Host()) {
            var session = host.aliceLive("10.00");
            var first = host.get("alice", "/events").with(200);
            assertThat(first.getJsonArray("events").stream()
                            .map(event -> event.asJsonObject().getString("code")))
                    .contains("wallet_credited", "stream_key_changed", "session_authorized", "session_started");
            assertThat(first.getBoolean("missed")).isFalse();
            var next = first.getJsonNumber("next").longValue();
            assertThat(host.get("alice", "/events?after=" + next).with(200).getJsonArray("events"))
                    .isEmpty();

            host.relay.hangUp(session);
            var later = host.get("alice", "/events?after=" + next).with(200).getJsonArray("events");
            var ended = later.getJsonObject(later.size() - 1);
            assertThat(ended.getString("code")).isEqualTo("session_ended");
            assertThat(ended.getString("session")).isEqualTo(session.value());
            assertThat(ended.getString("sentence")).endsWith("It was ended in the ordinary way.");
            assertThat(host.get("bob", "/events").with(200).getJsonArray("events"))
                    .isEmpty();
            host.get("alice", "/events?after=x").problem(400, "request.malformed_parameter");
        }
    }

    @Test
    void anApiWithoutAFeedListensItself() {
        try (var host = new Host();
                var api = LivemeterApi.builder(host.live)
                        .authenticator(Host::caller)
                        .build()) {
            host.live.wallets().credit("alice", Money.of("USD", "1.00"), "order-2");
            var request = new WebRequest(
                    "GET", "/events", Map.of(), Map.of("x-test-user", List.of("alice")), WebBody.EMPTY, "192.0.2.7");
            assertThat(new Host.Answer(api.handle(request)).with(200).getJsonArray("events"))
                    .hasSize(1);
        }
    }

    @Test
    void aFullFeedForgetsTheOldestAndSaysSo() {
        var feed = new EventFeed(time, 3, 10);
        feed.on(credited(time, ALICE, "1.00"));
        var early = feed.after(ALICE, 0, 10, true).next();
        for (var i = 0; i < 4; i++) {
            feed.on(credited(time, ALICE, "2.00"));
        }
        var page = feed.after(ALICE, early, 10, true);
        assertThat(page.missed()).isTrue();
        assertThat(page.entries()).hasSize(3);
        assertThat(feed.after(ALICE, page.next(), 10, true))
                .isEqualTo(new EventFeed.Page(List.of(), page.next(), false));
    }

    @Test
    void pagesFollowOneAnotherWithoutGap() {
        var feed = new EventFeed(time);
        for (var i = 0; i < 5; i++) {
            feed.on(credited(time, ALICE, "1.00"));
        }
        var latest = feed.after(ALICE, 0, 2, true);
        assertThat(latest.entries()).hasSize(2);
        var start = latest.entries().get(0).cursor() - 4;
        var page = feed.after(ALICE, start, 2, true);
        assertThat(page.entries()).hasSize(2);
        assertThat(feed.after(ALICE, page.next(), 10, true).entries()).hasSize(3);
    }

    @Test
    void usersAreBoundedToo() {
        var feed = new EventFeed(time, 3, 2);
        for (var name : new String[] {"a", "b", "c"}) {
            feed.on(credited(time, UserId.of(name), "1.00"));
        }
        assertThat(feed.after(UserId.of("a"), 0, 10, true).entries()).isEmpty();
        assertThat(feed.after(UserId.of("c"), 0, 10, true).entries()).hasSize(1);
    }

    @Test
    void aFeedOfALaterProcessGoesOnAboveTheEarlierOne() {
        var before = new EventFeed(time);
        before.on(credited(time, ALICE, "1.00"));
        var cursor = before.after(ALICE, 0, 10, true).next();
        time.advance(Duration.ofSeconds(1));
        var after = new EventFeed(time);
        assertThat(after.after(ALICE, cursor, 10, true).missed()).isTrue();
        after.on(credited(time, ALICE, "2.00"));
        var page = after.after(ALICE, cursor, 10, true);
        assertThat(page.entries()).hasSize(1);
        assertThat(page.missed()).isTrue();
    }

    @Test
    void routineIsLeftOutOnRequestAndPushesNothingOut() {
        try (var host = new Host()) {
            var session = host.aliceLive("30.00");
            for (var i = 0; i < 400; i++) {
                host.relay.heartbeat();
                host.time.advance(Duration.ofSeconds(10));
            }
            assertThat(host.live
                            .sessions()
                            .find(session)
                            .orElseThrow()
                            .metering()
                            .captures())
                    .isGreaterThan(250);
            var notable = host.get("alice", "/events?routine=false").with(200).getJsonArray("events");
            assertThat(notable.stream().map(event -> event.asJsonObject().getString("code")))
                    .contains("session_started")
                    .doesNotContain("charge_captured", "quota_renewed");
            var all = host.get("alice", "/events?limit=500").with(200).getJsonArray("events");
            assertThat(all.stream().map(event -> event.asJsonObject().getString("code")))
                    .contains("session_started", "charge_captured", "quota_renewed");
            assertThat(all.stream()
                            .map(event ->
                                    event.asJsonObject().getJsonNumber("cursor").longValue()))
                    .isSorted();
            assertThat(host.get("alice", "/events?routine=yes").problem(400, "request.malformed_parameter"))
                    .isEqualTo("The parameter 'routine' does not fit; expected true or false.");
        }
    }
}

package dev.livemeter.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.call.CallId;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.CallChanged;
import dev.livemeter.event.LiveEvent.CallChanged.Step;
import dev.livemeter.event.LiveEvent.ChargeCaptured;
import dev.livemeter.event.LiveEvent.PublishRefused;
import dev.livemeter.event.LiveEvent.RelayHostChanged;
import dev.livemeter.event.LiveEvent.SessionEnded;
import dev.livemeter.event.LiveEvent.SessionFenced;
import dev.livemeter.event.LiveEvent.SessionResumed;
import dev.livemeter.event.LiveEvent.SessionStarted;
import dev.livemeter.event.LiveEvent.TipGiven;
import dev.livemeter.fleet.RelayHostStatus;
import dev.livemeter.identity.UserId;
import dev.livemeter.metrics.MetricSink;
import dev.livemeter.metrics.MetricSource;
import dev.livemeter.money.Charge;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.testing.InMemoryStorage;
import dev.livemeter.testing.InMemoryWallet;
import dev.livemeter.testing.ManualTime;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LivemeterMetricsTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");
    private static final SessionId ONE = new SessionId("session-one");
    private static final SessionId TWO = new SessionId("session-two");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final LivemeterMetrics metrics = LivemeterMetrics.in(registry);

    private void told(LiveEvent... events) {
        for (var event : events) {
            metrics.on(event);
        }
    }

    private static SessionEnded ended(SessionId session, SessionEnd end, int seconds) {
        var nothing = Money.of("USD", "0");
        return new SessionEnded(NOW, ALICE, session, end, Duration.ofSeconds(seconds), nothing, nothing);
    }

    @Test
    void sessionsAreLiveFromTheirStartUntilTheirEndOrUntilAnotherNodeHasThem() {
        told(
                new SessionStarted(NOW, ALICE, ONE, Duration.ZERO),
                new SessionStarted(NOW, BOB, TWO, Duration.ZERO),
                new SessionResumed(NOW, BOB, TWO, Duration.ZERO));
        assertThat(registry.scrape()).contains("livemeter_sessions_live_sessions 2.0");
        told(new SessionFenced(NOW, BOB, TWO), ended(ONE, new SessionEnd.FundsExhausted(), 90));
        assertThat(registry.scrape())
                .contains("livemeter_sessions_live_sessions 0.0")
                .contains("livemeter_session_used_seconds_sum{end=\"funds_exhausted\"} 90.0")
                .contains("livemeter_session_used_seconds_count{end=\"funds_exhausted\"} 1")
                .contains("livemeter_events_total{code=\"session_started\"} 2.0");
    }

    @Test
    void moneyIsAddedUpByCurrency() {
        var charge = new Charge(Money.of("USD", "0.10"), Duration.ZERO, Duration.ofSeconds(60));
        told(
                new ChargeCaptured(NOW, ALICE, ONE, charge, charge.amount()),
                new ChargeCaptured(NOW, ALICE, ONE, charge, charge.amount()));
        for (var user : new UserId[] {ALICE, BOB}) {
            told(new TipGiven(NOW, user, null, ALICE, BOB, Money.of("EUR", "5.00"), ""));
        }
        assertThat(registry.scrape())
                .contains("livemeter_charged_total{currency=\"USD\"} 0.2")
                .contains("livemeter_tipped_total{currency=\"EUR\"} 5.0");
    }

    @Test
    void whatIsToldToBothSidesOfACallCountsOnce() {
        var call = new CallId("call-one");
        told(
                new CallChanged(NOW, ALICE, null, call, BOB, Step.INVITED, ""),
                new CallChanged(NOW, BOB, null, call, ALICE, Step.INVITED, ""));
        assertThat(registry.scrape()).contains("livemeter_calls_changes_total{step=\"invited\"} 1.0");
    }

    @Test
    void changesOfRelayHostsAreCountedAndDescribed() {
        var host = new RelayHostStatus(
                "relay1",
                RelayHostStatus.Role.ORDINARY,
                RelayHostStatus.State.DRAINING,
                "",
                NOW,
                null,
                0,
                0,
                0,
                null,
                null,
                null);
        told(new RelayHostChanged(NOW, host));
        assertThat(registry.scrape())
                .contains("# HELP livemeter_relay_host_changes_total Relay hosts that came into a state")
                .contains("livemeter_relay_host_changes_total{host=\"relay1\",state=\"draining\"} 1.0");
    }

    @Test
    void nobodyIsNamedInATag() {
        told(
                new PublishRefused(NOW, ALICE, Refusal.INSUFFICIENT_FUNDS, "Too little.", "203.0.113.9"),
                new SessionStarted(NOW, ALICE, ONE, Duration.ZERO));
        assertThat(registry.scrape())
                .contains("livemeter_publish_refused_streams_total{reason=\"insufficient_funds\"} 1.0")
                .doesNotContain("alice")
                .doesNotContain("session-one")
                .doesNotContain("203.0.113.9");
    }

    @Test
    void otherPartsAreReadWheneverSomebodyLooks() {
        var passed = new AtomicLong();
        metrics.with(new Post(passed));
        passed.set(7);
        System.gc();
        assertThat(registry.scrape())
                .contains("livemeter_post_waiting_letters 3.0")
                .contains("livemeter_post_passed_letters_total 7.0");
    }

    @Test
    void itListensToALivemeter() throws InterruptedException {
        var time = ManualTime.create();
        try (var live = Livemeter.builder()
                .wallet(InMemoryWallet.create(time))
                .storage(InMemoryStorage.create())
                .tariff(Tariff.perMinute("USD", "0.10"))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .listener(metrics)
                .build()) {
            live.wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
            time.runDue();
            assertThat(registry.scrape()).contains("livemeter_credited_total{currency=\"USD\"} 20.0");
        }
    }

    private record Post(AtomicLong passed) implements MetricSource {

        @Override
        public void describe(MetricSink sink) {
            sink.gauge("livemeter.post.waiting", "letters", "Letters that wait", () -> 3);
            sink.total("livemeter.post.passed", "letters", "Letters that were passed on", passed::get);
        }
    }
}

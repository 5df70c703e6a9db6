package dev.livemeter.testing;

import static dev.livemeter.testing.Stage.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.Bundle;
import dev.livemeter.billing.BundleGrant;
import dev.livemeter.billing.BundleId;
import dev.livemeter.destination.Destination;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.RatedSpan;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.testing.Stage.Settling;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Streams of people who have minutes. A second costs ten cents, and a stream needs a dollar to begin. */
final class BundledStreamsTest {

    @Test
    void whoHasMinutesStreamsWithoutMoneyUntilTheyAreOver() {
        var stage = stage("0.05");
        grant(stage, "alice", 30);
        var session = stage.goLive();
        stage.streamFor(session, Duration.ofSeconds(30));
        assertThat(stage.cut).contains(session);
        stage.hangUp(session);

        assertThat(stage.stored(session).end()).isEqualTo(new SessionEnd.FundsExhausted());
        assertThat(stage.posted()).isEqualTo(usd("0.05"));
        assertThat(bundle(stage, "alice").used()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void whoHasMinutesNeedsNoWallet() {
        var stage = stage("5.00");
        grant(stage, "bob", 60);
        stage.live.destinations().add("bob", Destination.twitch("live_456_def"));
        var key = Secret.of(stage.live.streamKeys().create("bob").reveal());
        var session = stage.goLive(key, "192.0.2.8");
        stage.streamFor(session, Duration.ofSeconds(10));
        stage.hangUp(session);

        assertThat(stage.stored(session).metering().used()).isEqualTo(Duration.ofSeconds(10));
        assertThat(bundle(stage, "bob").left()).isEqualTo(Duration.ofSeconds(50));
        assertThat(stage.live.wallets().balance("bob")).isEmpty();
    }

    @Test
    void aStreamGoesOnWithMoneyWhenTheMinutesAreOver() {
        var stage = stage("10.00");
        grant(stage, "alice", 20);
        var session = stage.goLive();
        stage.streamFor(session, Duration.ofSeconds(50));
        stage.hangUp(session);

        assertThat(stage.posted()).isEqualTo(usd("7.00"));
        assertThat(stage.balance().held()).isEqualTo(usd("0.00"));
        assertThat(stage.live.prices().explain(stage.stored(session)))
                .extracting(RatedSpan::kind)
                .containsExactly(RatedSpan.Kind.COVERED, RatedSpan.Kind.TIME);
    }

    @Test
    void aSecondEncoderTakesOverWithTheMinutesThatTheFirstHasNotUsed() {
        var stage = stage("0.05");
        grant(stage, "alice", 100);
        var first = stage.goLive();
        stage.streamFor(first, Duration.ofSeconds(20));
        var second = stage.goLive(stage.key, "198.51.100.9");
        stage.streamFor(second, Duration.ofSeconds(5));
        stage.hangUp(second);

        assertThat(stage.stored(first).state().isOver()).isTrue();
        assertThat(bundle(stage, "alice").left()).isEqualTo(Duration.ofSeconds(75));
        assertThat(bundle(stage, "alice").reserved()).isZero();
    }

    @Test
    void aRestartClosesAStreamAndGivesItsMinutesBack() {
        var stage = stage("0.05");
        grant(stage, "alice", 100);
        var session = stage.goLive();
        stage.streamFor(session, Duration.ofSeconds(20));
        stage.restart();

        assertThat(stage.stored(session).state().isOver()).isTrue();
        assertThat(bundle(stage, "alice").reserved()).isZero();
        // The last sign of life that was stored is up to a second old; of a bundle, a second begun is used.
        var used = stage.stored(session).metering().used();
        assertThat(used).isBetween(Duration.ofSeconds(19), Duration.ofSeconds(20));
        assertThat(bundle(stage, "alice").used()).isBetween(used, used.plusSeconds(1));
    }

    @Test
    void theQuoteCountsOnThem() {
        var stage = stage("5.00");
        grant(stage, "alice", 60);
        var relay = TariffKey.of(Service.RELAY);
        var alice = UserId.of("alice");
        assertThat(stage.live
                        .prices()
                        .quote(alice, relay, Duration.ofSeconds(70), 1)
                        .cost())
                .isEqualTo(usd("1.00"));
        assertThat(stage.live.prices().affordable(alice, relay, usd("5.00"), 1)).isEqualTo(Duration.ofSeconds(110));
        assertThat(stage.live
                        .prices()
                        .quote(alice, TariffKey.of(Service.CALL), Duration.ofSeconds(70), 1)
                        .cost())
                .isEqualTo(usd("7.00"));
    }

    @Test
    void whereWalletAndSessionsLieApartThereAreNone() {
        var stage = Stage.with(Settling.STEPWISE, "0.05", rules -> rules, wallet -> wallet);
        grant(stage, "alice", 100);
        assertThat(stage.publish()).isInstanceOf(Admission.Refused.class);
        assertThat(bundle(stage, "alice").left()).isEqualTo(Duration.ofSeconds(100));
    }

    private static Stage stage(String credit) {
        return Stage.with(Settling.TOGETHER, credit, rules -> rules, wallet -> wallet);
    }

    private static void grant(Stage stage, String user, int seconds) {
        stage.books
                .billing()
                .bundles()
                .grant(new BundleGrant(
                        new BundleId("gift/" + user),
                        UserId.of(user),
                        Duration.ofSeconds(seconds),
                        Instant.EPOCH,
                        null,
                        "a gift"))
                .orElseThrow();
    }

    private static Bundle bundle(Stage stage, String user) {
        return stage.books
                .billing()
                .bundles()
                .find(new BundleId("gift/" + user))
                .orElseThrow();
    }
}

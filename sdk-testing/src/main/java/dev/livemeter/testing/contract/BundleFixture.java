package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.Billing;
import dev.livemeter.billing.Bundle;
import dev.livemeter.billing.BundleGrant;
import dev.livemeter.billing.BundleId;
import dev.livemeter.billing.BundlePurchase;
import dev.livemeter.billing.BundleUse;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Metering;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Bundles on empty books and on time that stands still, with short ways to take from them. After each test, the books are proven. */
abstract class BundleFixture {

    static final UserId ALICE = UserId.of("alice");
    static final UserId BOB = UserId.of("bob");
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    /** A cent a second. */
    static final Tariff TARIFF = Tariff.perMinute("USD", "0.60").in(Increment.SECONDS);

    /** How many do something at once. */
    static final int RUNNERS = 8;

    final ManualTime time = ManualTime.startingAt(NOON);
    LedgerStore ledger;
    Wallet wallet;
    SessionStore sessions;
    Settler settler;
    Billing billing;

    BundleFixture() {}

    /**
     * What is tested.
     *
     * @param ledger empty books
     * @param wallet on these books
     * @param sessions an empty store
     * @param settler settles the sessions of that store on these books
     */
    public record BundledBooks(LedgerStore ledger, Wallet wallet, SessionStore sessions, Settler settler) {}

    /** Empty books that date by that time, an empty store, and the settler of both. Called before each test. */
    protected abstract BundledBooks create(InstantSource time);

    @BeforeEach
    void start() {
        var parts = create(time);
        ledger = parts.ledger();
        wallet = parts.wallet();
        sessions = parts.sessions();
        settler = parts.settler();
        billing = Billing.on(ledger, time);
    }

    @AfterEach
    void provesTheBooks() {
        assertThat(billing.ledger().verify().findings()).isEmpty();
    }

    final void paidIn(UserId user, String amount) {
        wallet.credit(new CreditRequest(new TransferId("order-of-" + user), user, usd(amount), ""))
                .orElseThrow();
    }

    final Money posted() {
        return wallet.balance(ALICE).orElseThrow().posted();
    }

    static BundlePurchase purchase(String id, int seconds, String price, @Nullable Duration validFor) {
        return new BundlePurchase(new BundleId(id), ALICE, seconds(seconds), usd(price), validFor, "minutes");
    }

    static BundleGrant grant(String id, UserId owner, int seconds, @Nullable Duration ends) {
        return new BundleGrant(
                new BundleId(id), owner, seconds(seconds), NOON, ends == null ? null : NOON.plus(ends), "a gift");
    }

    final Bundle granted(String id, int seconds, @Nullable Duration ends) {
        return billing.bundles().grant(grant(id, ALICE, seconds, ends)).orElseThrow();
    }

    final Bundle bundle(String id) {
        return billing.bundles().find(new BundleId(id)).orElseThrow();
    }

    /** What is left, reserved, used and refunded of a bundle, in seconds. */
    final List<Long> standing(String id) {
        var bundle = bundle(id);
        return List.of(
                bundle.left().toSeconds(),
                bundle.reserved().toSeconds(),
                bundle.used().toSeconds(),
                bundle.refunded().toSeconds());
    }

    final List<BundleUse> uses(String session) {
        return billing.bundles().uses(SessionRows.id(session));
    }

    static BundleUse use(String session, int position, String bundle, int reserved, @Nullable Integer used) {
        return new BundleUse(
                SessionRows.id(session),
                position,
                new BundleId(bundle),
                seconds(reserved),
                used == null ? null : seconds(used));
    }

    final SettleResult settle(SettleRequest request) {
        return settler.settle(List.of(request)).get(0);
    }

    final Session settled(SettleRequest request) {
        return ((SettleResult.Settled) settle(request)).session();
    }

    /** A session that opens, of which bundles are to cover so much; without a hold. */
    final SettleRequest opening(String id, UserId payer, int covered) {
        return opening(id, payer, covered, null);
    }

    final SettleRequest opening(String id, UserId payer, int covered, @Nullable HoldRequest hold) {
        var now = time.instant();
        var basis =
                RatingBasis.startingAt(now, ZoneOffset.UTC, 1, Duration.ZERO).covering(seconds(covered));
        var terms = new SessionTerms(Lane.RELAY, payer, null, "", null, List.of());
        var metering = Metering.start(TARIFF, basis);
        var authorizing = SessionRows.opened(id, terms, SessionState.AUTHORIZING, now, metering, usd("0.00"))
                .withVersion(Session.NOT_STORED);
        return new SettleRequest(
                authorizing,
                moved(authorizing, SessionState.AUTHORIZED, authorizing.metering(), null, null),
                List.of(),
                hold,
                List.of());
    }

    /** An end after so much use; the use fits into what is covered. */
    final SettleRequest ending(Session before, Duration used) {
        var after = SessionRows.used(before.metering(), before.metering().basis(), used);
        return new SettleRequest(
                before,
                moved(before, SessionState.ENDED, after, time.instant(), new SessionEnd.HungUp()),
                List.of(),
                null,
                List.of());
    }

    private static Session moved(
            Session before,
            SessionState state,
            Metering metering,
            @Nullable Instant endedAt,
            @Nullable SessionEnd end) {
        return SessionRows.changed(
                before, state, metering, endedAt == null ? null : before.openedAt(), before.seenAt(), endedAt, end);
    }

    static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}

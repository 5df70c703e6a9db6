package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Metering;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureRequest.Remainder;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** A settler with its wallet and its sessions, on time that stands still, and short ways to word what it is asked. */
abstract class SettlerFixture {

    static final UserId ALICE = UserId.of("alice");
    static final UserId PAYEE = UserId.of("payee");
    static final NodeId OTHER_NODE = new NodeId("node-2");
    static final Duration HOUR = Duration.ofHours(1);

    final ManualTime time = ManualTime.startingAt(Instant.parse("2026-03-01T12:00:00Z"));
    Wallet wallet;
    SessionStore sessions;
    Settler settler;
    private int credits;

    SettlerFixture() {}

    /** An empty wallet that dates and expires by that time, an empty store, and the settler of both. Called before each test. */
    protected abstract SettlerContract.Parts create(InstantSource time);

    @BeforeEach
    void start() {
        var parts = create(time);
        wallet = parts.wallet();
        sessions = parts.sessions();
        settler = parts.settler();
    }

    final void credit(UserId user, String amount) {
        wallet.credit(new CreditRequest(new TransferId("order-" + credits++), user, usd(amount), ""))
                .orElseThrow();
    }

    final SettleResult.Settled settle(SettleRequest request) {
        var results = settler.settle(List.of(request));
        assertThat(results).hasSize(1);
        return (SettleResult.Settled) results.get(0);
    }

    /** A live session whose first hold is that much. */
    final Session live(String id, UserId payer, String granted) {
        return withHold(inserted(session(id, payer, SessionState.LIVE, nothingUsed())), "h1", granted);
    }

    final Session withHold(Session session, String hold, String amount) {
        return settle(new SettleRequest(session, session, List.of(), holdOf(session, hold, amount, amount), List.of()))
                .session();
    }

    final Session inserted(Session session) {
        sessions.insert(session);
        return sessions.find(session.id()).orElseThrow();
    }

    final SettleRequest capturing(Session before, String capture, Money amount) {
        return new SettleRequest(
                before,
                seen(before),
                List.of(new CaptureRequest(
                        new TransferId(before.id() + "/" + capture),
                        new HoldId(before.id() + "/h1"),
                        amount,
                        Remainder.KEEP)),
                null,
                List.of());
    }

    static SessionTerms terms(UserId payer, SessionDestination... destinations) {
        return new SessionTerms(Lane.RELAY, payer, null, "", null, List.of(destinations));
    }

    final Session session(String id, UserId payer, SessionState state, Metering metering) {
        return session(id, terms(payer), state, metering);
    }

    final Session session(String id, SessionTerms terms, SessionState state, Metering metering) {
        return SessionRows.opened(id, terms, state, time.instant(), metering, usd("10.00"));
    }

    static CaptureRequest captureOf(Session session, String id, HoldId hold, String amount) {
        return new CaptureRequest(new TransferId(session.id() + "/" + id), hold, usd(amount), Remainder.KEEP);
    }

    static CaptureRequest captureOf(Session session, String id, String hold, String amount) {
        return captureOf(session, id, hold, amount, null);
    }

    static CaptureRequest captureOf(Session session, String id, String hold, String amount, @Nullable Allotment part) {
        return new CaptureRequest(
                new TransferId(session.id() + "/" + id),
                new HoldId(session.id() + "/" + hold),
                usd(amount),
                Remainder.KEEP,
                new Subject("session/" + session.id()),
                part);
    }

    static HoldRequest holdOf(Session session, String id, String least, String most) {
        return new HoldRequest(new HoldId(session.id() + "/" + id), session.payer(), usd(least), usd(most), HOUR);
    }

    static HoldId holdId(String session, String hold) {
        return new HoldId(SessionRows.id(session) + "/" + hold);
    }

    final Hold hold(String session, String hold) {
        return wallet.find(holdId(session, hold)).orElseThrow();
    }

    final Hold hold(HoldResult.Placed placed) {
        return wallet.find(placed.hold().id()).orElseThrow();
    }

    static Hold held(SettleResult.Settled settled) {
        return placed(settled).hold();
    }

    static HoldResult.Placed placed(SettleResult.Settled settled) {
        assertThat(settled.hold()).isInstanceOf(HoldResult.Placed.class);
        return (HoldResult.Placed) Objects.requireNonNull(settled.hold());
    }

    final Session seen(Session before) {
        return changed(before, before.state(), null, null);
    }

    final Session used(Session before, Duration used) {
        return counted(before, before.metering().basis(), used);
    }

    final Session passedOnTo(Session before, int destinations) {
        var metering = before.metering();
        var step = new RatingBasis.Step(Duration.ofSeconds(1), destinations, Duration.ZERO);
        return counted(before, metering.basis().with(step), metering.used());
    }

    final Session counted(Session before, RatingBasis basis, Duration used) {
        return changed(before, before.state(), SessionRows.used(before.metering(), basis, used), null, null);
    }

    final Session moved(Session before, SessionState state) {
        return changed(before, state, null, state == SessionState.ENDING ? new SessionEnd.FundsExhausted() : null);
    }

    final Session over(Session before) {
        return changed(before, SessionState.ENDED, time.instant(), new SessionEnd.HungUp());
    }

    final Session changed(Session before, SessionState state, @Nullable Instant endedAt, @Nullable SessionEnd end) {
        return changed(before, state, before.metering(), endedAt, end);
    }

    final Session changed(
            Session before,
            SessionState state,
            Metering metering,
            @Nullable Instant endedAt,
            @Nullable SessionEnd end) {
        return SessionRows.changed(before, state, metering, before.liveAt(), time.instant(), endedAt, end);
    }

    static Metering granted(long micros) {
        var fresh = nothingUsed();
        return new Metering(
                fresh.tariff(),
                fresh.basis(),
                fresh.used(),
                Money.ofMicros("USD", micros),
                fresh.charged(),
                fresh.holds(),
                fresh.captures());
    }

    static Metering nothingUsed() {
        var basis = new RatingBasis(
                Instant.parse("2026-03-01T12:00:00Z"),
                ZoneOffset.UTC,
                List.of(new RatingBasis.Step(Duration.ZERO, 1, Duration.ZERO)));
        return Metering.start(Tariff.perMinute("USD", "0.10").in(Increment.SECONDS), basis);
    }

    static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}

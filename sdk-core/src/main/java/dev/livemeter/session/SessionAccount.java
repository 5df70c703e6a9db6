package dev.livemeter.session;

import static dev.livemeter.session.MeterClock.earlier;

import dev.livemeter.money.Money;
import dev.livemeter.money.Rating;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.money.TierModel;
import dev.livemeter.spi.Wallet;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a session used, was granted and was charged, and what is to be asked for next, in the three interrogations of RFC 8506: initial, update,
 * termination. Knows the session as it is stored and as it is to be stored next; asks nobody and tells nobody. Not thread-safe.
 */
final class SessionAccount {

    private final SessionPolicy policy;
    private final Duration step;
    private final SessionFunds funds;

    /** As it is stored, as far as that is known. */
    private Session stored;
    /** As it is to be stored next, but for what captures and holds will change. */
    private Session next;

    private Money available;
    /** A sign of life is noted as two numbers, as it comes far more often than anything is asked for: a new session for each would be most of the garbage. */
    private long provenNanos;

    private long seenAtMillis;
    /** Whether {@link #next} does not tell yet when it was seen last. */
    private boolean seenSince;

    private Duration settledAt = Duration.ZERO;
    private Duration unpaidUntil = Duration.ZERO;
    private boolean uncollectable;
    private Duration limit;
    private @Nullable Rating rated;
    private @Nullable RatingBasis ratedOn;
    private @Nullable Duration paidUntil;
    private @Nullable Money paidFor;

    SessionAccount(Session session, SessionPolicy policy) {
        this.policy = policy;
        this.step = LookGrid.stepFor(policy.proveEvery());
        this.funds = new SessionFunds(session, SessionParts.HOLD_MARGIN);
        this.stored = session;
        this.next = session;
        this.limit = policy.maxDuration();
        this.available = nothing();
    }

    Session stored() {
        return stored;
    }

    Session session() {
        if (seenSince) {
            seenSince = false;
            next = next.seen(Instant.ofEpochMilli(seenAtMillis), next.metering());
        }
        return next;
    }

    SessionState state() {
        return next.state();
    }

    boolean isLive() {
        return state() == SessionState.LIVE;
    }

    /** What it is from now on, which follows from {@link #session}; the store learns of it with the next settlement. */
    void become(Session state) {
        next = state;
    }

    /** What was found in the store, after an answer was lost. */
    void found(Session session) {
        stored = session;
        next = session;
        seenSince = false;
    }

    /** Takes the holds up that a crash left. */
    void recover(Wallet wallet) {
        provenNanos = next.metering().used().toNanos();
        next = next.withMetering(funds.recover(wallet, next.metering(), next.version()));
    }

    /**
     * The reading of the session's clock after its former keeper went away: wall time since the last proof, which may have been set meanwhile, and therefore
     * within what another clock has counted in whole seconds.
     */
    Duration elapsedAt(Duration age, Instant now) {
        var counted = age.minus(Duration.between(next.openedAt(), Objects.requireNonNull(next.liveAt())));
        var least = counted.minusSeconds(1);
        var most = counted.plusSeconds(1);
        var byWall = next.metering().used().plus(Duration.between(session().seenAt(), now));
        var elapsed = byWall.compareTo(least) < 0 ? least : byWall.compareTo(most) > 0 ? most : byWall;
        return elapsed.compareTo(fixedUntil()) < 0 ? fixedUntil() : elapsed;
    }

    SessionFunds funds() {
        return funds;
    }

    /** What a new hold of the payer could still reserve, at the last answer. */
    Money available() {
        return available;
    }

    // Time and its price

    @SuppressWarnings("ReferenceEquality") // an equal basis that is another only costs working the rating out once more
    private boolean isRated() {
        return ratedOn == next.metering().basis();
    }

    /** Worked out anew only when a step was added: a session is asked for its price many times a second. */
    Rating rating() {
        if (rated == null || !isRated()) {
            ratedOn = next.metering().basis();
            rated = next.metering().rating();
            paidFor = null;
        }
        return rated;
    }

    /** How long it may last on what is granted. */
    Duration paidUntil() {
        var rating = rating();
        var granted = next.metering().granted();
        if (paidUntil == null || !granted.equals(paidFor)) {
            paidFor = granted;
            paidUntil = rating.affordable(granted);
        }
        return paidUntil;
    }

    /** The part of that time which is paid for: not what passes until a cut takes effect, nor a grace. */
    Duration billable(Duration time) {
        var paid = paidUntil();
        return withinLimit(time.compareTo(paid) < 0 ? time : paid);
    }

    /** How long it may last at most; zero for no limit. */
    Duration limit() {
        return limit;
    }

    /** It may last so long, and never longer than the policy says. */
    void limit(Duration length) {
        var longest = policy.maxDuration();
        limit = longest.isZero() || length.compareTo(longest) < 0 ? length : longest;
    }

    private Duration withinLimit(Duration time) {
        return !limit.isZero() && limit.compareTo(time) < 0 ? limit : time;
    }

    /**
     * Notes a proof of life.
     *
     * @param elapsedNanos by the session's clock
     * @param atMillis wall time, since 1970
     */
    void prove(long elapsedNanos, long atMillis) {
        provenNanos = elapsedNanos;
        seenAtMillis = atMillis;
        seenSince = true;
    }

    Duration proven() {
        return Duration.ofNanos(provenNanos);
    }

    /** Notes that it was let go on until then although that is not paid: what it costs is asked for when billing answers again. */
    void goneOn(Duration until) {
        unpaidUntil = until;
    }

    /** The last moment that was settled, by the session's clock. */
    Duration settledAt() {
        return settledAt;
    }

    /** What the payer has left once everything until then is charged. */
    Money left(Duration elapsed) {
        return available.plus(next.metering().granted()).minus(rating().cost(billable(elapsed)));
    }

    /** How long it could last on everything that the payer has. */
    Duration lasts() {
        return rating().affordable(available.plus(next.metering().granted()));
    }

    Tariff tariff() {
        return next.metering().tariff();
    }

    RatingBasis.Step lastStep() {
        var steps = next.metering().basis().steps();
        return steps.get(steps.size() - 1);
    }

    /** The moment that its clock cannot go back behind: until then time is used, or its price is settled. */
    Duration fixedUntil() {
        var used = next.metering().used();
        var step = lastStep().from();
        return used.compareTo(step) > 0 ? used : step;
    }

    /**
     * The price depends on something that changed.
     *
     * @return whether it changes the price
     * @throws dev.livemeter.LivemeterException {@code rating.too_many_steps} where that changed too often; nothing changed now
     */
    boolean step(RatingBasis.Step step) {
        var metering = next.metering();
        var last = lastStep().from();
        var counted = step.from().compareTo(last) < 0 ? at(last, step) : step;
        var basis = metering.basis().with(counted, metering.tariff());
        var used = metering.used();
        if (counted.from().equals(last)
                && metering.tariff().rate(basis).cost(used).isLessThan(rating().cost(used))) {
            // Of two at one moment the later counts; but what the earlier made dearer may be charged, and stays.
            basis = metering.basis().with(at(last.plusNanos(1), step), metering.tariff());
        }
        next = next.withMetering(metering.withBasis(basis));
        return !basis.equals(metering.basis());
    }

    private static RatingBasis.Step at(Duration from, RatingBasis.Step step) {
        return new RatingBasis.Step(from, step.destinations(), step.usedElsewhere());
    }

    private boolean isCovered() {
        return !next.metering().basis().covered().isZero();
    }

    /** Whether it matters for the price what the payer uses in other sessions meanwhile. */
    boolean asksForUse() {
        var tariff = tariff();
        return tariff.tierModel() == TierModel.GRADUATED
                && !tariff.tiers().isEmpty()
                && !next.metering().basis().isFull();
    }

    boolean needsQuota(Duration elapsed) {
        var paid = paidUntil();
        var enough = paid.compareTo(Tariff.UNLIMITED) >= 0 || (!limit.isZero() && paid.compareTo(limit) >= 0);
        return !enough && paid.minus(elapsed).compareTo(policy.renewBefore()) <= 0;
    }

    /**
     * Whether a quota would be due before the next settlement, and a good part of one is used up. Not where the price depends on what is used elsewhere: that
     * is read before a renewal, which is then left to its own time.
     */
    private boolean needsQuotaSoon(Duration elapsed) {
        var most = policy.quota().multipliedBy(3).dividedBy(4);
        return !asksForUse()
                && needsQuota(elapsed.plus(earlier(policy.settleEvery().plus(step), most)));
    }

    // What to ask for

    /** The initial interrogation: the first hold, at least the minimum to start; none where bundles cover the first quota. */
    SettleRequest initial() {
        var rating = rating();
        if (isCovered() && rating.affordable(nothing()).compareTo(policy.quota()) >= 0) {
            return new SettleRequest(stored, stored.authorized(), List.of(), null, List.of());
        }
        var minimum = policy.minimumToStart().max(rating.cost(rating.nextStepAfter(Duration.ZERO)));
        // A free tariff still needs a positive hold, or nothing would stand for the session in the wallet.
        var atLeast = minimum.isPositive() ? minimum : new Money(1, tariff().currency());
        var hold = funds.reserve(next.metering(), rating, atLeast, atLeast.max(rating.cost(policy.quota())));
        return new SettleRequest(stored, stored.authorized(), List.of(), hold, List.of());
    }

    /**
     * An update: what is due where it is time, the next quota where it is needed, and what changed.
     *
     * @return null where there is nothing of that
     */
    @Nullable
    SettleRequest update(Duration elapsed, boolean mayRenew) {
        useWhatIsProven();
        // A look may come half a step early, and the next one only after all of it.
        var isDue = elapsed.minus(settledAt).plus(step).compareTo(policy.settleEvery()) >= 0;
        // One message tells what was used and asks for what is needed before the next one (RFC 8506, 5.3).
        var renews = needsQuota(elapsed) || (isDue && needsQuotaSoon(elapsed));
        var hold = mayRenew && renews ? renewal(elapsed) : null;
        var settles = isDue || hold != null;
        List<CaptureRequest> captures = settles ? captures() : List.of();
        if (settles) {
            settledAt = elapsed;
        }
        var changed = !session().withVersion(stored.version()).equals(stored);
        if (!changed && captures.isEmpty() && hold == null) {
            return null;
        }
        var update = new SettleRequest(stored, next, captures, hold, List.of());
        var open = funds.youngest();
        return hold == null || open == null ? update : update.raising(open);
    }

    /** The termination: everything that is due, what remains of the holds given back. It may take several answers. */
    SettleRequest termination(SessionEnd why, Instant endedAt) {
        useWhatIsProven();
        var captures = captures();
        var owed = captures.stream().map(CaptureRequest::amount).reduce(due(), Money::minus);
        var unreserved = unreserved();
        if (uncollectable || !(owed.isPositive() || unreserved.isPositive())) {
            return new SettleRequest(stored, session().ended(why, endedAt), captures, null, funds.openHolds());
        }
        return new SettleRequest(
                stored, session(), captures, captures.isEmpty() ? lastHold(owed, unreserved) : null, List.of());
    }

    private HoldRequest lastHold(Money owed, Money unreserved) {
        if (owed.isPositive()) {
            // The holds had expired in a long outage; what was delivered is still owed.
            return funds.reserve(next.metering(), rating(), owed, owed);
        }
        var nextStep = rating().cost(rating().nextStepAfter(paidUntil()));
        var atLeast = nextStep.minus(next.metering().granted()).min(unreserved);
        return funds.reserve(next.metering(), rating(), atLeast, unreserved);
    }

    /** What it costs that it went on beyond what was granted. */
    private Money unreserved() {
        return rating().cost(withinLimit(unpaidUntil))
                .minus(next.metering().granted())
                .max(nothing());
    }

    /** At the end, the payer has nothing any more to take what is due from. */
    void giveUp() {
        uncollectable = true;
    }

    /** What was delivered against payment and is not charged. */
    Money uncollected() {
        return due().plus(unreserved());
    }

    /** What was used and not captured yet; never negative. */
    Money due() {
        return rating().cost(next.metering().used())
                .minus(next.metering().charged())
                .max(nothing());
    }

    /** Notes what was stored, and keeps what happened since the request was worded. */
    void take(SettleRequest request, SettleResult.Settled settled) {
        stored = settled.session();
        if (settled.available() != null) {
            available = settled.available();
        }
        funds.answered(request, settled);
        if (stored.state().isOver()) {
            next = stored;
            seenSince = false;
            return;
        }
        var metering = stored.metering().withBasis(next.metering().basis());
        if (next.metering().used().compareTo(metering.used()) > 0) {
            metering = metering.withUsed(next.metering().used());
        }
        // What the session has become in memory meanwhile stands, whatever the row says.
        var state = next.state().compareTo(stored.state()) > 0
                ? next
                : stored.seen(session().seenAt(), metering);
        next = state.withMetering(metering).withVersion(stored.version());
    }

    private List<CaptureRequest> captures() {
        return funds.captures(next.metering(), due());
    }

    private void useWhatIsProven() {
        var used = billable(proven());
        if (used.compareTo(next.metering().used()) > 0) {
            next = next.withMetering(next.metering().withUsed(used));
        }
    }

    private HoldRequest renewal(Duration elapsed) {
        var rating = rating();
        var paid = paidUntil();
        var granted = next.metering().granted();
        // With a failed billing it may have gone on beyond what is paid; the next quota begins where it is now.
        var overrun = policy.failureHandling() == FailureHandling.CONTINUE && elapsed.compareTo(paid) > 0;
        var from = overrun ? elapsed : paid;
        var atLeast = rating.cost(rating.nextStepAfter(from)).minus(granted);
        // One that is renewed early reserves no more ahead than one that is renewed when it has to be.
        var to = earlier(from, elapsed.plus(policy.renewBefore())).plus(policy.quota());
        var atMost = rating.cost(to).minus(granted);
        return funds.reserve(next.metering(), rating, atLeast, atMost.max(atLeast));
    }

    /** Whether one more quota is to be asked for right after this answer. */
    boolean needsMore(SettleResult.Settled settled, Duration elapsed) {
        return !(settled.hold() instanceof HoldResult.Declined) && needsQuota(elapsed);
    }

    private Money nothing() {
        return Money.zero(next.metering().tariff().currency());
    }
}

package dev.livemeter.testing.simulation;

import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.BalanceLow;
import dev.livemeter.event.LiveEvent.ChargeCaptured;
import dev.livemeter.event.LiveEvent.ChargeUncollected;
import dev.livemeter.event.LiveEvent.SessionEnded;
import dev.livemeter.event.LiveEvent.SessionFenced;
import dev.livemeter.event.LiveEvent.SessionStarted;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One stream as the world knows it: what was really delivered and proved, and what of it was taken. Times are monotonic nanoseconds. */
final class Stream {

    private static final long LONGEST_RETRY = 31_000_000_000L;

    private static final long NEVER = Long.MIN_VALUE;

    /** A cut that is not confirmed for so long counts as the end. */
    private static final long CONFIRM_WITHIN = 10_000_000_000L;

    private final World world;
    private final Findings findings;
    private final SessionId id;
    private final SessionTerms terms;
    private final Tariff tariff;
    private final Node node;
    private final int ways;
    private final Destinations destinations;
    private int destinationsStored = 1;
    private RatingModel rating;
    private RatingModel ratingNow;

    private boolean delivered;
    private long startedAt = NEVER;
    private long restrictedAt = NEVER;
    private long restrictedFor;
    private long provenAtMost;
    private long provenAtLeast;
    private long keptGoing;
    private long unstoredProof;
    private long unstoredSince = NEVER;
    private boolean endSignalled;
    private boolean cutOrdered;
    private boolean slept;
    private boolean inexact;
    private long sleptUntil = NEVER;
    private boolean gone;
    private long cutAt = NEVER;
    private boolean unanswered;
    private boolean everUnanswered;
    private boolean takenOver;

    private long captured;
    private long granted;
    private long allotted;
    private boolean declined;
    private long told;
    private boolean toldLow;
    private boolean richer;
    private boolean richerSinceAnswer;
    private boolean toldEnded;
    private boolean toldUncollected;
    private boolean fenced;
    private @Nullable Session row;

    /**
     * @param count of its destinations, at first
     * @param ways what its relay does with orders, and the like
     */
    Stream(World world, SessionId id, SessionTerms terms, Tariff tariff, int count, Node node, int ways) {
        this.world = world;
        this.findings = world.findings();
        this.id = id;
        this.terms = terms;
        this.tariff = tariff;
        this.node = node;
        this.ways = ways;
        this.destinations = new Destinations(count);
        this.rating = new RatingModel(
                tariff,
                RatingBasis.startingAt(world.rules().start(), world.rules().zone(), count, Duration.ZERO),
                destinations.all());
        this.ratingNow = rating;
    }

    SessionId id() {
        return id;
    }

    Node node() {
        return node;
    }

    int ways() {
        return ways;
    }

    SessionTerms terms() {
        return terms;
    }

    @Nullable
    Session row() {
        return row;
    }

    boolean isDelivered() {
        return delivered;
    }

    boolean isGone() {
        return gone;
    }

    boolean isOver() {
        var last = row;
        return last == null || last.state().isOver();
    }

    // What happens to it

    void deliver() {
        delivered = true;
    }

    void leave() {
        delivered = false;
        gone = true;
    }

    void cut() {
        if (!cutOrdered) {
            cutOrdered = true;
            cutAt = now();
        }
    }

    void slept() {
        slept = true;
        sleptUntil = now();
    }

    /** Another node took it from its node. */
    void takenOver() {
        takenOver = true;
    }

    void unanswered() {
        everUnanswered = true;
        unanswered = true;
    }

    void restricted() {
        provenAtMost = Math.max(provenAtMost, elapsed());
        if (restrictedAt == NEVER && startedAt != NEVER) {
            restrictedAt = now();
            // It slept through its deadline, or went on beyond it: what its wallet did not pay then is not known here.
            inexact = slept || everUnanswered;
            provenAtLeast = inexact ? 0 : provenAtLeast;
        }
    }

    void resumed() {
        if (restrictedAt != NEVER) {
            restrictedFor += now() - restrictedAt;
            restrictedAt = NEVER;
        }
    }

    /**
     * A number of destinations reached its meter.
     *
     * @return false where it is on its way out, or was told another at this very moment, and may not be told
     */
    boolean passingOnTo(int count) {
        var elapsed = elapsed();
        if (endSignalled || cutOrdered || destinations.isChangedAt(elapsed)) {
            return false;
        }
        destinations.change(elapsed, count);
        return true;
    }

    /** The meter refused it. */
    void notPassedOn() {
        destinations.takeBack();
    }

    /** A sign of life reached its meter. */
    void proving() {
        if (!endSignalled) {
            provenAtMost = Math.max(provenAtMost, elapsed());
        }
    }

    /** The meter took the sign of life. */
    void proved() {
        if (!endSignalled && !inexact) {
            provenAtLeast = Math.max(provenAtLeast, elapsed());
            keptGoing = cutOrdered ? keptGoing : provenAtLeast;
            if (unstoredSince == NEVER && startedAt != NEVER) {
                unstoredSince = now();
                unstoredProof = elapsed();
            }
        }
    }

    /** The first word of its end reached its meter. */
    void ending(boolean left) {
        if (!endSignalled && left) {
            proving();
            if (!cutOrdered || now() - cutAt < CONFIRM_WITHIN) {
                proved();
            }
        }
        endSignalled = true;
    }

    private long now() {
        return world.time().nanoTime();
    }

    /** How long it is delivered against payment. */
    private long elapsed() {
        if (startedAt == NEVER) {
            return 0;
        }
        return (restrictedAt == NEVER ? now() : restrictedAt) - startedAt - restrictedFor;
    }

    // What is taken for it

    void held(HoldRequest request, HoldResult result, boolean repeated) {
        if (result instanceof HoldResult.Placed placed && !repeated) {
            granted += placed.added().micros();
            // Step by step, a node that was fenced notices it after the hold, and gives that back.
            findings.check(
                    world.isStepwise() || row == null || !row.state().isOver(),
                    () -> "After the end of " + id + ", " + request + " was placed.");
        }
        declined = result instanceof HoldResult.Declined;
    }

    void captured(CaptureRequest request) {
        captured += request.amount().micros();
        var allotment = request.allotment();
        allotted += allotment == null ? 0 : allotment.amount().micros();
        var payee = terms.payee();
        var share = payee == null
                ? 0
                : captured / 10_000 * payee.share().basisPoints()
                        + captured % 10_000 * payee.share().basisPoints() / 10_000;
        findings.check(
                allotted == share,
                () -> "Of " + captured + " micro-units charged for " + id + ", the payee has " + allotted
                        + "; expected " + share + ".");
        findings.check(
                captured <= granted,
                () -> "For " + id + ", " + captured + " micro-units were charged and " + granted + " granted.");
        findings.check(
                row == null || !row.state().isOver(),
                () -> "After the end of " + id + ", " + request + " was charged.");
    }

    /** Its wallet declined, and its row was taken back. */
    void discarded() {
        row = null;
    }

    void stored(Session session) {
        var before = row;
        row = session;
        unanswered = false;
        richerSinceAnswer = false;
        var metering = session.metering();
        var used = metering.used().toNanos();
        rate(metering.basis(), used);
        findings.check(
                metering.tariff().equals(tariff),
                () -> "The session " + id + " changed its tariff to " + metering.tariff() + ".");
        findings.check(
                before == null
                        || (session.state().compareTo(before.state()) >= 0
                                && used >= before.metering().used().toNanos()),
                () -> "The session " + id + " went back from " + before + " to " + session + ".");
        findings.check(
                used <= provenAtMost,
                () -> "The session " + id + " has used " + used + " ns and proved at most " + provenAtMost + ".");
        var cost = rating.cost(used);
        findings.check(
                captured <= cost,
                () -> "For " + id + ", " + captured + " micro-units were charged for a use that costs " + cost + ".");
        // What became dearer within an increment that had begun may not be granted any more, or not yet.
        findings.check(
                used == 0
                        || cost <= granted
                        || new RatingModel(tariff, metering.basis(), before(metering.basis(), used)).cost(used)
                                <= granted,
                () -> "The session " + id + " has used what costs " + cost + " micro-units and was granted " + granted
                        + ".");
        checkSums(session);
        var limit = world.rules().policy().maxDuration().toNanos();
        findings.check(
                limit == 0 || used <= limit, () -> "The session " + id + " has used more than its longest duration.");
        if (unstoredSince != NEVER && used >= Math.min(unstoredProof, most())) {
            unstoredSince = NEVER;
        }
        if (session.state().isOver()) {
            over(session, used, cost);
        }
    }

    /** What was told before that was used; by the row alone, where it is not known what its meter was told. */
    private List<Destinations.Change> before(RatingBasis basis, long used) {
        return inexact ? Destinations.before(Destinations.in(basis), used) : destinations.before(used);
    }

    /** Rates by what its meter was told of its destinations, as far as it can be stored. */
    private void rate(RatingBasis basis, long used) {
        if (!inexact) {
            var told = destinations.toldBy(basis, tariff, used, destinationsStored);
            findings.check(
                    told > 0,
                    () -> "The session " + id + " is stored with " + basis.notation() + " after " + used
                            + " ns used; its meter was told " + destinations.all() + ".");
            destinationsStored = Math.max(destinationsStored, told);
        }
        var counting = inexact ? Destinations.in(basis) : destinations.first(destinationsStored);
        if (!rating.isOf(basis, counting)) {
            rating = new RatingModel(tariff, basis, counting);
        }
    }

    /** The price that its meter has to know, whether or not it is stored yet. */
    private RatingModel ratingNow(RatingBasis basis) {
        if (!ratingNow.isOf(basis, destinations.all())) {
            ratingNow = new RatingModel(tariff, basis, destinations.all());
        }
        return ratingNow;
    }

    private void checkSums(Session session) {
        var metering = session.metering();
        var together = !world.isStepwise();
        findings.check(
                together
                        ? metering.charged().micros() == captured
                                && metering.granted().micros() == granted
                        : metering.charged().micros() <= captured
                                && metering.granted().micros() <= granted,
                () -> "The row of " + id + " says " + metering.charged() + " charged of " + metering.granted()
                        + " granted; the books say " + captured + " of " + granted + " micro-units.");
    }

    /** What can be charged at most by what is granted and allowed. */
    private long most() {
        var paid = rating.paid(granted);
        var limit = world.rules().policy().maxDuration().toNanos();
        return limit == 0 ? paid : Math.min(limit, paid);
    }

    private void over(Session session, long used, long cost) {
        findings.check(
                session.metering().charged().micros() == captured,
                () -> "The session " + id + " ended with " + session.metering().charged() + " charged; the books say "
                        + captured + " micro-units.");
        findings.check(
                captured == cost || declined,
                () -> "The session " + id + " ended with " + captured + " micro-units charged for a use that costs "
                        + cost + ", although no money was missing.");
        if (isItsOwn(session)) {
            findings.check(
                    inexact
                            || destinationsStored == destinations.count()
                            || destinations.toldBy(
                                            session.metering().basis(), tariff, Long.MAX_VALUE, destinationsStored)
                                    > 0,
                    () -> "The session " + id + " ended with "
                            + session.metering().basis().notation() + "; its meter was told " + destinations.all()
                            + ".");
            findings.check(
                    used >= Math.min(provenAtLeast, most()),
                    () -> "The session " + id + " ended with " + used + " ns used; " + provenAtLeast
                            + " were proved and " + most() + " paid.");
            var free = world.rules().policy().grace().toNanos();
            findings.check(
                    declined || inexact || slept || used >= keptGoing - free,
                    () -> "The session " + id + " ended with " + used + " ns used; it went on for " + keptGoing
                            + ", and no money was missing.");
        } else {
            checkLoss(used);
        }
    }

    private boolean isItsOwn(Session session) {
        return !takenOver && !node.isDead() && world.nodeOf(session.node()) == node;
    }

    /** What a crash loses is what was proved since the last proof was due to be stored. */
    private void checkLoss(long used) {
        var since = unstoredSince;
        var prove = world.rules().policy().proveEvery().toNanos();
        findings.check(
                since == NEVER
                        || slept
                        || !node.isDead()
                        // A failed settlement is tried again after half a minute at most, and holds the next proof back
                        // so long.
                        || node.disturbedBeforeDeath() >= since - LONGEST_RETRY
                        || node.diedAt() - since <= prove,
                () -> "The session " + id + " was closed with " + used + " ns used; " + unstoredProof + " were proved "
                        + (node.diedAt() - since) + " ns before its node died.");
    }

    // What is told of it

    void told(Node teller, LiveEvent event) {
        if (event instanceof SessionStarted) {
            findings.check(startedAt == NEVER, () -> "The session " + id + " started twice.");
            startedAt = now();
        } else if (event instanceof ChargeCaptured charge) {
            told += charge.charge().amount().micros();
            findings.check(
                    teller != node || charge.chargedSoFar().micros() == told,
                    () -> "The session " + id + " told of " + charge.chargedSoFar()
                            + " charged so far; told before were " + told + " micro-units.");
        } else if (event instanceof BalanceLow low) {
            findings.check(
                    (!toldLow || richer)
                            && low.left().isLessThan(world.rules().policy().lowBalanceBelow()),
                    () -> "The session " + id + " warned again of " + low.left() + ", although nothing was paid in.");
            toldLow = true;
            richer = richerSinceAnswer;
        } else if (event instanceof ChargeUncollected) {
            toldUncollected = true;
        } else if (event instanceof SessionFenced) {
            fenced = true;
        } else if (event instanceof SessionEnded end) {
            ended(end);
        }
    }

    private void ended(SessionEnded end) {
        var last = row;
        // A node that took its own session back may tell it for what ran and for what it closed.
        findings.check(!toldEnded || takenOver, () -> "The session " + id + " ended twice.");
        toldEnded = true;
        findings.check(
                last != null
                        && last.state() == SessionState.ENDED
                        && end.used().equals(last.metering().used())
                        && end.cost().micros() == captured,
                () -> "The session " + id + " told its end as " + end + "; it is " + last + ".");
        findings.check(
                last == null || !isItsOwn(last) || told == captured,
                () -> "The charges told of " + id + " sum to " + told + " micro-units; charged were " + captured + ".");
        findings.check(
                toldUncollected
                        || last == null
                        || captured == rating.cost(last.metering().used().toNanos()),
                () -> "The session " + id + " owes something, and nobody was told.");
    }

    /** More is in its payer's wallet, or reserved for it, than before. */
    void richer() {
        richer = true;
        richerSinceAnswer = true;
    }

    // What holds at every moment

    void check() {
        var last = row;
        if (last == null || last.state().isOver() || fenced || !delivered) {
            return;
        }
        var policy = world.rules().policy();
        if (node.isRunning()
                && !inexact
                && !cutOrdered
                && now() > sleptUntil
                && world.nodeOf(last.node()) == node
                && startedAt != NEVER) {
            if (restrictedAt == NEVER) {
                checkCut(policy, ratingNow(last.metering().basis()));
            } else {
                findings.check(
                        now() - restrictedAt <= policy.restrictFor().toNanos(),
                        () -> "The session " + id + " is restricted for longer than " + policy.restrictFor() + ".");
            }
        }
    }

    private void checkCut(SessionPolicy policy, RatingModel known) {
        var until = known.paid(granted)
                + policy.grace().toNanos()
                + (unanswered ? policy.continueFor().toNanos() : 0);
        var limit = policy.maxDuration().toNanos();
        var most = limit == 0 ? until : Math.min(limit, until);
        findings.check(
                elapsed() <= most,
                () -> "The session " + id + " is delivered for " + elapsed() + " ns and not cut; paid and allowed are "
                        + most + ".");
    }
}

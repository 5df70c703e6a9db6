package dev.livemeter.testing.simulation;

import dev.livemeter.billing.Bundle;
import dev.livemeter.billing.BundleGrant;
import dev.livemeter.billing.BundleId;
import dev.livemeter.billing.BundlePurchase;
import dev.livemeter.billing.BundleRefundResult;
import dev.livemeter.billing.BundleResult;
import dev.livemeter.billing.BundleUse;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.testing.simulation.BundleModel.Standing;
import dev.livemeter.testing.simulation.WalletModel.Answer;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sees what is bought, granted, reserved, used and given back of minutes, and compares it with the model; after each call, how the bundles stand that it was about. */
final class BundleWitness {

    private final World world;
    private final BundleModel model;
    private final Findings findings;
    private long calls;

    BundleWitness(World world, WalletModel wallets) {
        this.world = world;
        this.model = new BundleModel(wallets, world.time()::instant);
        this.findings = world.findings();
    }

    /** So many back from the last. */
    @Nullable
    BundleId bundle(int back) {
        var all = model.all();
        return back < all.size() ? all.get(all.size() - 1 - back) : null;
    }

    /** Whether somebody was ever given minutes. */
    boolean isAny() {
        return model.isAny();
    }

    /** Whether a stream of that payer that opens now needs no money to begin with. */
    boolean hasMinutes(UserId payer) {
        return model.coverable(payer) > 0;
    }

    void bought(BundlePurchase purchase, BundleResult result) {
        var isNew = model.standing(purchase.id()) == null;
        given(purchase, purchase.id(), model.buy(purchase), result);
        if (isNew && result instanceof BundleResult.Given) {
            // The sale is a transfer like any other, and can be given back as such, too.
            world.witness()
                    .refundable(
                            BundleModel.sale(purchase.id()), purchase.price().micros());
        }
        world.witness().check(purchase.owner());
    }

    void granted(BundleGrant grant, BundleResult result) {
        given(grant, grant.id(), model.grant(grant), result);
    }

    private void given(Object request, BundleId id, String expected, BundleResult result) {
        var actual = result.fold(bundle -> "GIVEN", no -> no.reason().name());
        findings.check(
                expected.equals(actual),
                () -> "Billing answered " + request + " with " + actual + "; expected " + expected + ".");
        if (result instanceof BundleResult.Given yes) {
            compare(yes.bundle());
        }
        check(id);
    }

    void refunded(TransferId id, BundleId of, String memo, BundleRefundResult result) {
        var expected = model.refund(id, of, memo);
        var actual = result instanceof BundleRefundResult.Refunded yes
                ? Trade.answer(yes.transfer())
                : Answer.declined(
                        ((BundleRefundResult.Declined) result).reason().name());
        findings.check(
                expected.equals(actual),
                () -> "Billing answered the refund " + id + " of the bundle " + of + " with " + actual + "; expected "
                        + expected + ".");
        if (result instanceof BundleRefundResult.Refunded yes) {
            compare(yes.bundle());
            world.richer(yes.bundle().owner());
        }
        check(of);
        var owner = model.owner(of);
        if (owner != null) {
            world.witness().check(owner);
        }
    }

    Duration coverable(UserId payer, Instant at, Duration answer) {
        var expected = model.coverable(payer, at);
        findings.check(
                answer.equals(Duration.ofSeconds(expected)),
                () -> "The bundles of " + payer + " are said to cover " + answer + "; expected " + expected + " s.");
        return answer;
    }

    /** A session was stored for the first time, and its bundles cover some of it. */
    void opened(Session session) {
        var covered = session.metering().basis().covered().toSeconds();
        var there = model.coverable(session.payer());
        findings.check(
                covered <= there,
                () -> "The session " + session.id() + " opened with " + covered + " s covered; its payer has " + there
                        + " s.");
        model.reserve(session);
        compare(session);
    }

    /** A session was told that its bundles do not cover so much. */
    void uncovered(Session asked) {
        var covered = asked.metering().basis().covered().toSeconds();
        var there = model.coverable(asked.payer());
        findings.check(
                covered > there,
                () -> "The session " + asked.id() + " was told that its bundles do not cover " + covered
                        + " s; its payer has " + there + " s.");
    }

    /** A session that bundles covered some of is over. */
    void over(Session session) {
        model.settle(session);
        compare(session);
    }

    private void compare(Session session) {
        if (calls++ % world.looks().readBackEvery() == 0) {
            check(session.id());
            model.uses(session.id()).forEach(use -> check(use.bundle()));
        }
    }

    private void check(SessionId session) {
        var expected = model.uses(session);
        var actual = world.billing().bundles().uses(session);
        findings.check(
                expected.equals(actual),
                () -> "The session " + session + " is said to have taken " + actual + "; expected " + expected + ".");
    }

    /** Compares a bundle with the model. */
    private void check(BundleId id) {
        requireAlike(
                id,
                model.standing(id),
                world.billing().bundles().find(id).map(BundleWitness::standing).orElse(null));
    }

    private void requireAlike(BundleId id, @Nullable Standing expected, @Nullable Standing actual) {
        findings.check(
                expected == null ? actual == null : expected.equals(actual),
                () -> "The bundle " + id + " stands at " + actual + "; expected " + expected + ".");
    }

    private void compare(Bundle told) {
        var expected = model.standing(told.id());
        var actual = standing(told);
        findings.check(
                actual.equals(expected),
                () -> "The bundle " + told.id() + " was answered with " + actual + "; expected " + expected + ".");
    }

    /** None below zero, in the books and not by the model's word. */
    private static Standing standing(Bundle bundle) {
        return new Standing(
                bundle.left().toSeconds(),
                bundle.reserved().toSeconds(),
                bundle.used().toSeconds(),
                bundle.refunded().toSeconds());
    }

    /** Compares all bundles, and what every session took. */
    void checkAll(Iterable<Session> sessions) {
        if (!isAny()) {
            return;
        }
        var kept = kept();
        for (var id : model.all()) {
            var standing = model.standing(id);
            requireAlike(id, standing, kept.get(id));
            findings.check(
                    standing != null
                            && standing.left() >= 0
                            && standing.reserved() >= 0
                            && standing.used() >= 0
                            && standing.refunded() >= 0,
                    () -> "The bundle " + id + " stands at " + standing + ": something is below zero.");
        }
        var expected = new ArrayList<BundleUse>();
        var ids = new ArrayList<SessionId>();
        for (var session : sessions) {
            ids.add(session.id());
            expected.addAll(model.uses(session.id()));
        }
        findings.check(
                world.stores()
                        .ledger()
                        .read(books -> Set.copyOf(books.bundleUses(ids)))
                        .equals(Set.copyOf(expected)),
                () -> "The sessions " + ids + " are said to have taken other minutes than these: " + expected + ".");
    }

    /** All bundles, in one question. */
    private Map<BundleId, Standing> kept() {
        return world.stores().ledger().read(books -> {
            var kept = new HashMap<BundleId, Standing>();
            for (var i = 0; i < Rules.PAYERS; i++) {
                books.bundles(world.payer(i), Instant.MIN).forEach(bundle -> kept.put(bundle.id(), standing(bundle)));
            }
            return kept;
        });
    }

    /** When all sessions are over. */
    void checkNothingReserved() {
        for (var id : model.all()) {
            var standing = model.standing(id);
            findings.check(
                    standing != null && standing.reserved() == 0,
                    () -> "At the end of the world, minutes of the bundle " + id + " are still reserved: " + standing
                            + ".");
        }
    }
}

package dev.livemeter.testing.simulation;

import dev.livemeter.identity.UserId;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.testing.simulation.WalletModel.Answer;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.CreditResult;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.DebitResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.RefundResult;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sees every call that was carried out, whether or not its answer arrives, and compares what it came to with what the model says. */
final class Witness {

    private static final class Row {
        private Session session;
        private @Nullable SettleRequest settled;
        private @Nullable HoldResult held;

        private Row(Session session) {
            this.session = session;
        }
    }

    private static final int PAGE = 500;

    private final World world;
    private final WalletModel model;
    private final Findings findings;
    private final Map<SessionId, Row> rows = new HashMap<>();
    private final List<Refundable> refundables = new ArrayList<>();
    private long calls;
    private long settlements;
    private long takeovers;

    Witness(World world, WalletModel model) {
        this.world = world;
        this.model = model;
        this.findings = world.findings();
    }

    // Money

    CreditResult credited(CreditRequest request, CreditResult result) {
        var actual = result instanceof CreditResult.Credited yes
                ? Trade.answer(yes.transfer())
                : Answer.declined(((CreditResult.Declined) result).reason().name());
        compare(request, model.credit(request), actual);
        compareWallet(request.owner());
        world.richer(request.owner());
        return result;
    }

    DebitResult debited(DebitRequest request, DebitResult result) {
        var actual = result instanceof DebitResult.Debited yes
                ? Trade.answer(yes.transfer())
                : Answer.declined(((DebitResult.Declined) result).reason().name());
        compare(request, model.debit(request), actual);
        compareWallet(request.owner());
        compareEarnings(request.allotment());
        return result;
    }

    RefundResult refunded(RefundRequest request, RefundResult result) {
        var actual = result instanceof RefundResult.Refunded yes
                ? Trade.answer(yes.transfer())
                : Answer.declined(((RefundResult.Declined) result).reason().name());
        compare(request, model.refund(request), actual);
        if (result instanceof RefundResult.Refunded yes) {
            world.richer(yes.transfer().owner());
            compareWallet(yes.transfer().owner());
            compareEarnings(model.allotment(request.original()));
        }
        return result;
    }

    HoldResult held(HoldRequest request, HoldResult result) {
        note(request, null, result);
        compareWallet(request.owner());
        return result;
    }

    private void note(HoldRequest request, @Nullable HoldId raised, HoldResult result) {
        var isRepeated = model.hold(request.id()) != null;
        compare(request, model.hold(request, raised), answer(result));
        var stream = world.stream(request.id().value());
        if (stream != null) {
            stream.held(request, result, isRepeated);
        }
    }

    CaptureResult captured(CaptureRequest request, CaptureResult result) {
        note(request, result);
        if (result instanceof CaptureResult.Captured yes) {
            compareWallet(yes.transfer().owner());
            compareEarnings(request.allotment());
        }
        return result;
    }

    private void note(CaptureRequest request, CaptureResult result) {
        var repeated = model.knows(request.id());
        var expected = model.capture(request);
        compare(request, expected, answer(result));
        var stream = world.stream(request.hold().value());
        if (stream != null && !repeated && expected.code().equals("MOVED")) {
            stream.captured(request);
            refundable(request.id(), request.amount().micros());
        }
    }

    Optional<Hold> voided(HoldId id, Optional<Hold> result) {
        compare("void " + id, model.voidHold(id), result.map(Witness::answer).orElse(Answer.declined("NONE")));
        result.ifPresent(hold -> {
            compareWallet(hold.owner());
            world.richer(hold.owner());
        });
        return result;
    }

    private static Answer answer(Hold hold) {
        return new Answer(
                hold.state().name(), hold.amount().micros(), hold.captured().micros(), 0);
    }

    private static Answer answer(HoldResult result) {
        return result instanceof HoldResult.Placed yes
                ? answer(yes.hold())
                : Answer.declined(((HoldResult.Declined) result).reason().name());
    }

    private static Answer answer(CaptureResult result) {
        return result instanceof CaptureResult.Captured yes
                ? Trade.answer(yes.transfer())
                : Answer.declined(((CaptureResult.Declined) result).reason().name());
    }

    private void compare(Object request, Answer expected, Answer actual) {
        findings.check(
                expected.equals(actual),
                () -> "The wallet answered " + request + " with " + actual + "; expected " + expected + ".");
    }

    private void compareEarnings(@Nullable Allotment allotment) {
        if (allotment != null) {
            world.trade().compare(allotment.payee());
        }
    }

    private void compareWallet(UserId owner) {
        if (calls++ % world.looks().readBackEvery() == 0) {
            check(owner);
        }
    }

    /** Compares a wallet with the model, and both with zero. */
    void check(UserId owner) {
        var expected = model.balance(owner);
        var actual = world.stores()
                .wallet()
                .balance(owner)
                .map(is -> new Answer("", 0, is.posted().micros(), is.held().micros()))
                .orElse(null);
        findings.check(
                expected == null ? actual == null : expected.equals(actual),
                () -> "The wallet of " + owner + " says " + actual + "; expected " + expected + ".");
        findings.check(
                actual == null || (actual.held() >= 0 && actual.posted() >= actual.held()),
                () -> "The wallet of " + owner + " has " + actual
                        + ": it is below zero, or more is held than is there.");
    }

    // Sessions

    Session inserted(Session session) {
        rows.put(session.id(), new Row(session.withVersion(0)));
        return session;
    }

    Duration used(UserId payer, YearMonth month, Duration answer) {
        var sum = Duration.ZERO;
        for (var row : rows.values()) {
            var session = row.session;
            if (session.liveAt() != null && session.payer().equals(payer)) {
                sum = sum.plus(session.metering()
                        .rating()
                        .usedIn(month, session.metering().used()));
            }
        }
        var expected = sum;
        findings.check(
                expected.equals(answer),
                () -> "In " + month + ", " + payer + " is said to have used " + answer + "; expected " + expected
                        + ".");
        return answer;
    }

    Session updated(Session asked, Session stored) {
        var row = rows.get(asked.id());
        findings.check(
                row != null && row.session.version() == asked.version(),
                () -> "The session " + asked.id() + " was replaced at version " + asked.version()
                        + ", which was not the one stored.");
        findings.check(
                stored.equals(asked.withVersion(asked.version() + 1)),
                () -> "The session " + asked.id() + " was stored as " + stored + "; expected " + asked
                        + " and the next version.");
        store(stored);
        return stored;
    }

    SessionId discarded(SessionId id) {
        rows.computeIfPresent(id, (any, row) -> row.session.state() == SessionState.AUTHORIZING ? null : row);
        var stream = world.stream(id.value());
        if (stream != null && !rows.containsKey(id)) {
            stream.discarded();
        }
        return id;
    }

    List<Session> takenOver(NodeId by, List<Session> taken) {
        for (var session : taken) {
            var row = rows.get(session.id());
            findings.check(
                    row != null
                            && !row.session.state().isOver()
                            && session.version() == row.session.version() + 1
                            && session.node().equals(by),
                    () -> "The session " + session.id() + " was taken over as " + session + ", from "
                            + (row == null ? "no row" : row.session) + ".");
            if (row != null && isFromALivingNode(row.session, by)) {
                takeovers++;
            }
            store(session);
            var stream = world.stream(session.id().value());
            if (stream != null) {
                stream.takenOver();
            }
        }
        return taken;
    }

    private boolean isFromALivingNode(Session session, NodeId by) {
        var holder = world.nodeOf(session.node());
        return holder != null && !holder.isDead() && !session.node().equals(by);
    }

    List<SettleResult> settled(List<SettleRequest> batch, List<SettleResult> results) {
        var opened = new ArrayList<Runnable>();
        for (var i = 0; i < batch.size(); i++) {
            settled(batch.get(i), results.get(i), opened);
        }
        // What those that are over gave back, those that open in the same unit may have.
        opened.forEach(Runnable::run);
        for (var request : batch) {
            compareWallet(request.before().payer());
            if (!request.captures().isEmpty()) {
                compareEarnings(request.captures().get(0).allotment());
            }
        }
        return results;
    }

    /** What was added to a hold is not found under an id of its own: what it came to at first tells. */
    private void repeated(SessionId id, HoldRequest asked, @Nullable HoldResult first, HoldResult again) {
        if (!(first instanceof HoldResult.Placed placed)) {
            findings.check(
                    again instanceof HoldResult.Declined,
                    () -> "The settlement of " + id + " was repeated and placed " + asked.id()
                            + ", which was declined at first.");
            return;
        }
        compare(asked, model.answer(placed.hold().id()), answer(again));
        findings.check(
                again instanceof HoldResult.Placed same && same.added().equals(placed.added()),
                () -> "The settlement of " + id + " was repeated and answered with " + again + "; at first, "
                        + placed.added() + " was added.");
        var stream = world.stream(asked.id().value());
        if (stream != null) {
            stream.held(asked, again, true);
        }
    }

    private void settled(SettleRequest request, SettleResult result, List<Runnable> opened) {
        var id = request.before().id();
        var row = rows.get(id);
        var isNext = row == null
                ? !request.before().isStored()
                : row.session.version() == request.before().version();
        var isRepeat =
                row != null && row.session.version() == request.before().version() + 1 && request.equals(row.settled);
        if (result instanceof SettleResult.Uncovered) {
            findings.check(
                    isNext && request.opensCovered(),
                    () -> "The session " + id + " was told of bundles that it does not count on.");
            opened.add(() -> world.bundles().uncovered(request.next()));
            return;
        }
        if (!(result instanceof SettleResult.Settled settled)) {
            findings.check(
                    !isNext && !isRepeat, () -> "The session " + id + " was fenced, although nobody else has it.");
            return;
        }
        findings.check(
                isNext || isRepeat,
                () -> "The session " + id + " was settled at version "
                        + request.before().version() + ", but it is " + (row == null ? "gone" : row.session) + ".");
        for (var i = 0; i < request.captures().size(); i++) {
            note(request.captures().get(i), settled.captures().get(i));
        }
        var held = settled.hold();
        var asked = request.hold();
        if (asked != null && held != null && row != null && isRepeat) {
            repeated(id, asked, row.held, held);
        } else if (asked != null && held != null) {
            note(asked, request.raised(), held);
        }
        if (!request.isRefused(settled.captures(), held)) {
            request.voids().forEach(model::voidHold);
            if (!request.voids().isEmpty()) {
                world.richer(request.before().payer());
            }
        }
        var available = settled.available();
        findings.check(
                available == null
                        ? !request.tellsBalance()
                        : available.micros() == model.available(request.before().payer()),
                () -> "The settlement of " + id + " left " + settled.available() + " available; expected "
                        + model.available(request.before().payer()) + " micro-units.");
        if (isNext && (row != null || !request.isRefused(settled.captures(), held))) {
            var kept = rows.computeIfAbsent(id, any -> new Row(request.before()));
            kept.settled = request;
            kept.held = held;
            store(settled.session());
            if (request.opensCovered()) {
                opened.add(() -> world.bundles().opened(settled.session()));
            } else if (request.endsCovered() && settled.session().state().isOver()) {
                world.bundles().over(settled.session());
            }
        } else if (row != null) {
            findings.check(
                    settled.session().equals(row.session),
                    () -> "A repeated settlement of " + id + " was answered with " + settled.session() + "; the row is "
                            + row.session + ".");
        }
    }

    private void store(Session session) {
        var row = rows.get(session.id());
        if (row == null) {
            findings.found("The session " + session.id() + " was stored without having been added.");
            return;
        }
        row.session = session;
        settlements++;
        var stream = world.stream(session.id().value());
        if (stream != null) {
            stream.stored(session);
        }
    }

    @Nullable
    Session row(SessionId id) {
        var row = rows.get(id);
        return row == null ? null : row.session;
    }

    /** That the stores have what was seen to be stored, read page by page: one by one it would be most of what a proof asks a database. */
    void checkRows() {
        var stored = new HashMap<SessionId, Session>();
        for (var i = 0; i < Rules.PAYERS; i++) {
            history(world.payer(i)).forEach(session -> stored.put(session.id(), session));
        }
        rows.forEach((id, row) -> requireStored(row, stored.get(id)));
    }

    private List<Session> history(UserId payer) {
        var sessions = world.stores().sessions();
        var all = new ArrayList<Session>();
        var page = sessions.history(payer, PAGE, null);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = page.size() < PAGE
                    ? List.of()
                    : sessions.history(payer, PAGE, page.get(page.size() - 1).id());
        }
        return all;
    }

    /** That each is found by its id as well. */
    void checkEachRow() {
        rows.forEach((id, row) ->
                requireStored(row, world.stores().sessions().find(id).orElse(null)));
    }

    private void requireStored(Row row, @Nullable Session stored) {
        findings.check(
                row.session.equals(stored),
                () -> "The session " + row.session.id() + " is stored as " + stored + "; expected " + row.session
                        + ".");
    }

    long settlements() {
        return settlements;
    }

    /** How many sessions one node took from another that lived. */
    long takeovers() {
        return takeovers;
    }

    /** A transfer that can be given back. */
    record Refundable(TransferId id, long micros) {}

    void refundable(TransferId id, long micros) {
        refundables.add(new Refundable(id, micros));
    }

    /** So many back from the last. */
    @Nullable
    Refundable refundable(int back) {
        return back < refundables.size() ? refundables.get(refundables.size() - 1 - back) : null;
    }

    Iterable<Session> sessions() {
        return rows.values().stream().map(row -> row.session).toList();
    }
}

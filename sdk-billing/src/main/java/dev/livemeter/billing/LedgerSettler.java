package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.Settler;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Settles a batch of sessions in one transaction: a handful of statements, however many sessions. Thread-safe.
 *
 * <p>The versions of the sessions are compared and set last. Where one of them is not the expected one, the whole unit is undone and done again
 * without it, so that a stale node books nothing; that is rare enough to be paid for with a second run.
 */
public final class LedgerSettler implements Settler {

    private final SettlementStore store;
    private final InstantSource time;

    /**
     * A settler on books and sessions that lie together.
     *
     * @param time wall time, for the dates of entries and the expiry of holds
     */
    public LedgerSettler(SettlementStore store, InstantSource time) {
        this.store = store;
        this.time = time;
    }

    @Override
    public List<SettleResult> settle(List<SettleRequest> batch) {
        var aside = new Aside(new HashSet<>(), new HashSet<>(), new HashMap<>());
        var runs = new AtomicInteger();
        // Each run finds at least one more session that cannot be settled with the others, or is the last.
        while (true) {
            try {
                return store.settle(transaction -> settle(transaction, batch, aside, runs.getAndIncrement() == 0));
            } catch (SetAsideException e) {
                aside.add(e.found);
            } catch (LivemeterException e) {
                // An id was taken, and the store does not run a unit again by itself.
                if (runs.get() > 1 || e.retryable()) {
                    throw e;
                }
            }
        }
    }

    @Override
    public Duration coverable(UserId payer, Instant at) {
        return store.bundles(payer, at).stream()
                .filter(bundle -> bundle.isUsableAt(at))
                .map(Bundle::left)
                .reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * @param isFirst whether no run of this unit failed before. Then it takes the ids of new captures and holds for new, as they nearly always are, and
     *     does not look for them: the key of an entry or a hold refuses one that is not, and the unit is run again. What a session was granted
     *     by raising a hold is fenced by its version alone
     */
    private List<SettleResult> settle(
            SettlementTransaction transaction, List<SettleRequest> batch, Aside aside, boolean isFirst) {
        var books = lock(
                transaction,
                batch.stream()
                        .filter(request -> !aside.isRefused(request.before().id()))
                        .toList(),
                isFirst);
        var results = new ArrayList<SettleResult>(batch.size());
        var replaced = new ArrayList<Session>();
        var advanced = new ArrayList<Session>(batch.size());
        var opening = new ArrayList<Session>();
        var over = new ArrayList<Session>();
        for (var request : batch) {
            var id = request.before().id();
            var stored = aside.answered.get(id);
            if (aside.fenced.contains(id)) {
                results.add(new SettleResult.Fenced());
            } else if (aside.uncovered.contains(id)) {
                results.add(new SettleResult.Uncovered());
            } else if (stored != null) {
                results.add(again(books, request, stored));
            } else {
                var settled = settle(books, request, isFirst);
                results.add(settled);
                if (request.before().isStored() || !request.isRefused(settled.captures(), settled.hold())) {
                    (request.isOnlyCounting() ? advanced : replaced)
                            .add(settled.session().withVersion(request.before().version()));
                    if (request.opensCovered()) {
                        opening.add(settled.session());
                    } else if (request.endsCovered()
                            && settled.session().state().isOver()) {
                        over.add(settled.session());
                    }
                }
            }
        }
        books.write();
        requireAll(transaction, advanced, transaction.advance(advanced));
        requireAll(transaction, replaced, transaction.replace(replaced));
        var uncovered = Coverage.apply(transaction, opening, over, books.now());
        if (!uncovered.isEmpty()) {
            throw new SetAsideException(new Aside(Set.of(), uncovered, Map.of()));
        }
        return results;
    }

    private LockedBooks lock(SettlementTransaction transaction, List<SettleRequest> requests, boolean isFirst) {
        var transfers = isFirst
                ? List.<TransferId>of()
                : requests.stream()
                        .flatMap(request -> request.captures().stream().map(CaptureRequest::id))
                        .toList();
        var payers = requests.stream()
                .filter(SettleRequest::concernsWallet)
                .map(request -> request.before().payer())
                .collect(Collectors.toSet());
        var onlookers = requests.stream()
                .filter(SettleRequest::tellsBalance)
                .map(request -> request.before().payer())
                .filter(payer -> !payers.contains(payer))
                .collect(Collectors.toSet());
        return new LockedBooks(
                transaction,
                payers,
                onlookers,
                transfers,
                requests.stream()
                        .flatMap(request -> isFirst ? usedHolds(request) : holds(request))
                        .collect(Collectors.toSet()),
                time);
    }

    private static Stream<HoldId> holds(SettleRequest request) {
        var placed = request.hold();
        return placed == null ? usedHolds(request) : Stream.concat(usedHolds(request), Stream.of(placed.id()));
    }

    private static Stream<HoldId> usedHolds(SettleRequest request) {
        var raised = request.raised();
        return Stream.of(
                        request.captures().stream().map(CaptureRequest::hold),
                        request.voids().stream(),
                        raised == null ? Stream.<HoldId>empty() : Stream.of(raised))
                .flatMap(ids -> ids);
    }

    private static SettleResult.Settled settle(LockedBooks books, SettleRequest request, boolean isFirst) {
        var decisions = new Decisions(books);
        var captures = new ArrayList<CaptureResult>(request.captures().size());
        for (var capture : request.captures()) {
            var result = decisions.capture(capture);
            // A repeat has its first answer, whatever became of its hold since.
            var isRepeat = isFirst && result instanceof CaptureResult.Declined && books.look(capture.id());
            captures.add(isRepeat ? decisions.capture(capture) : result);
        }
        var asked = request.hold();
        @Nullable HoldResult hold = null;
        if (asked != null) {
            hold = decisions.hold(asked, request.raised());
            if (isFirst && hold instanceof HoldResult.Declined && books.look(asked.id())) {
                hold = decisions.hold(asked, request.raised());
            }
        }
        if (!request.isRefused(captures, hold)) {
            request.voids().forEach(decisions::voidHold);
        }
        var wallet = books.wallet(request.before().payer());
        var nothing = Money.zero(request.before().metering().tariff().currency());
        var session = request.settled(captures, hold, wallet == null ? nothing : wallet.posted());
        return new SettleResult.Settled(
                session.withVersion(request.before().version() + 1), captures, hold, available(books, request));
    }

    /**
     * The first answer again. Nothing is decided anew, for nothing of it could be written: what is not in the books was declined then.
     */
    private static SettleResult.Settled again(LockedBooks books, SettleRequest request, Session stored) {
        var captures = request.captures().stream()
                .map(capture -> books.known(capture.id())
                        .filter(entry -> entry.answers(Fingerprint.of(capture)))
                        .<CaptureResult>map(entry -> new CaptureResult.Captured(entry.transfer()))
                        .orElseGet(() -> new CaptureResult.Declined(
                                CaptureResult.Reason.HOLD_NOT_OPEN, declinedBefore("capture", capture.id()))))
                .toList();
        var asked = request.hold();
        @Nullable HoldResult hold = null;
        if (asked != null) {
            hold = raisedBefore(books, request, stored)
                    .or(() -> books.hold(asked.id())
                            .filter(booked -> booked.fingerprint().equals(Fingerprint.of(asked)))
                            .<HoldResult>map(booked -> new HoldResult.Placed(
                                    booked.asOf(books.now()).hold())))
                    .orElseGet(() -> new HoldResult.Declined(
                            HoldResult.Reason.INSUFFICIENT_FUNDS, declinedBefore("hold", asked.id())));
        }
        return new SettleResult.Settled(stored, captures, hold, available(books, request));
    }

    /** What a hold was raised by at the first asking: by that much more was granted, and no hold was counted. */
    private static Optional<HoldResult> raisedBefore(LockedBooks books, SettleRequest request, Session stored) {
        var raised = request.raised();
        var before = request.before().metering();
        var added = stored.metering().granted().minus(before.granted());
        return raised == null || !added.isPositive() || stored.metering().holds() != before.holds()
                ? Optional.empty()
                : books.hold(raised)
                        .map(booked ->
                                new HoldResult.Placed(booked.asOf(books.now()).hold(), added));
    }

    private static String declinedBefore(String what, Object id) {
        return "The " + what + " " + id + " was declined when it was first asked for.";
    }

    private static @Nullable Money available(LockedBooks books, SettleRequest request) {
        if (!request.tellsBalance()) {
            return null;
        }
        var wallet = books.wallet(request.before().payer());
        return wallet == null ? Money.zero(request.before().metering().tariff().currency()) : wallet.available();
    }

    private static void requireAll(SettlementTransaction transaction, List<Session> next, Set<SessionId> stored) {
        if (stored.size() < next.size()) {
            throw stale(transaction, next, stored);
        }
    }

    /**
     * A row that the same node has moved on by one is its own work, whose answer was lost: it is answered again from what was booked. Any other
     * is in another node's hands.
     */
    private static SetAsideException stale(
            SettlementTransaction transaction, List<Session> next, Set<SessionId> replaced) {
        var left = next.stream()
                .filter(session -> !replaced.contains(session.id()))
                .collect(Collectors.toMap(Session::id, session -> session));
        Map<SessionId, Session> stored = transaction.sessions(left.keySet());
        var answered = stored.entrySet().stream()
                .filter(found -> {
                    var expected = left.get(found.getKey());
                    return expected != null
                            && found.getValue().node().equals(expected.node())
                            && found.getValue().version() == expected.version() + 1;
                })
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        var fenced = new HashSet<>(left.keySet());
        fenced.removeAll(answered.keySet());
        return new SetAsideException(new Aside(fenced, Set.of(), answered));
    }

    /**
     * Sessions that cannot be settled with the others.
     *
     * @param fenced are in the hands of another node
     * @param uncovered count on minutes that are not there any more
     * @param answered were settled before, and are stored like this
     */
    private record Aside(Set<SessionId> fenced, Set<SessionId> uncovered, Map<SessionId, Session> answered) {

        boolean isRefused(SessionId id) {
            return fenced.contains(id) || uncovered.contains(id);
        }

        void add(Aside more) {
            fenced.addAll(more.fenced);
            uncovered.addAll(more.uncovered);
            answered.putAll(more.answered);
        }
    }

    /** The unit is undone, and done again without these. */
    private static final class SetAsideException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Aside found;

        SetAsideException(Aside found) {
            super("some sessions cannot be settled with the others", null, false, false);
            this.found = found;
        }
    }
}

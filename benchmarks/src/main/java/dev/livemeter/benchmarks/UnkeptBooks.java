package dev.livemeter.benchmarks;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says yes to everything and keeps nothing: what is left to measure is the meter. Thread-safe. */
final class UnkeptBooks implements Settler, SessionStore {

    /** Books that keep nothing. Their wallets are never asked by the meter. */
    static Books create() {
        var unkept = new UnkeptBooks();
        var unused = InMemoryBooks.create(TimeSource.system());
        return new Books(unused, unkept, unkept, unused.ledgerStore(), () -> {});
    }

    @Override
    public List<SettleResult> settle(List<SettleRequest> batch) {
        var results = new ArrayList<SettleResult>(batch.size());
        for (var request : batch) {
            results.add(settle(request));
        }
        return results;
    }

    private static SettleResult settle(SettleRequest request) {
        var payer = request.before().payer();
        var balance = request.before().balanceBefore();
        var after = new WalletBalance(payer, balance, Money.zero(balance.currency()));
        var captures = new ArrayList<CaptureResult>(request.captures().size());
        for (var capture : request.captures()) {
            captures.add(captured(capture, after));
        }
        var asked = request.hold();
        var hold = asked == null ? null : placed(asked);
        var settled = request.settled(captures, hold, balance);
        return new SettleResult.Settled(settled.withVersion(request.before().version() + 1), captures, hold, balance);
    }

    private static CaptureResult captured(CaptureRequest capture, WalletBalance after) {
        return new CaptureResult.Captured(new Transfer(
                capture.id(), Transfer.Kind.CAPTURE, after.owner(), capture.amount(), Instant.EPOCH, after));
    }

    private static HoldResult placed(HoldRequest asked) {
        return new HoldResult.Placed(new Hold(
                asked.id(),
                asked.owner(),
                asked.atMost(),
                Money.zero(asked.atMost().currency()),
                Hold.State.OPEN,
                Instant.MAX));
    }

    @Override
    public void insert(Session session) {}

    @Override
    public Session update(Session session) {
        return session.withVersion(session.version() + 1);
    }

    @Override
    public void discard(SessionId id) {}

    @Override
    public Optional<Session> find(SessionId id) {
        return Optional.empty();
    }

    @Override
    public List<Session> open() {
        return List.of();
    }

    @Override
    public List<Session> open(UserId payer) {
        return List.of();
    }

    @Override
    public List<Session> history(UserId payer, int limit, @Nullable SessionId before) {
        return List.of();
    }

    @Override
    public Duration usedIn(UserId payer, YearMonth month, @Nullable SessionId except) {
        return Duration.ZERO;
    }

    @Override
    public void renewLease(NodeId node, Instant until) {}

    @Override
    public void endLease(NodeId node) {}

    @Override
    public List<Session> takeOver(NodeId by, Instant now, int limit) {
        return List.of();
    }
}

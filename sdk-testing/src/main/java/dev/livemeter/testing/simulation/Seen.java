package dev.livemeter.testing.simulation;

import dev.livemeter.identity.UserId;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.simulation.Node.Call;
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
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The stores as one node sees them: each call can fail on its way, and each that is carried out is shown to the witness. */
final class Seen implements Wallet {

    private final World world;
    private final Node node;
    private final Witness witness;

    Seen(World world, Node node) {
        this.world = world;
        this.node = node;
        this.witness = world.witness();
    }

    Settler settler() {
        var settler = world.stores().settler();
        if (settler == null) {
            throw new IllegalStateException("These stores are not settled together.");
        }
        return new Settler() {
            @Override
            public List<SettleResult> settle(List<SettleRequest> batch) {
                return node.call(Call.BOOKING, () -> witness.settled(batch, settler.settle(batch)));
            }

            @Override
            public Duration coverable(UserId payer, Instant at) {
                // Where nobody has minutes it is no call that could fail, so that scripts from before there were any
                // mean the same.
                return world.bundles().isAny() ? node.call(Call.READING, () -> asked(payer, at)) : asked(payer, at);
            }

            private Duration asked(UserId payer, Instant at) {
                return world.bundles().coverable(payer, at, settler.coverable(payer, at));
            }
        };
    }

    private Wallet wallet() {
        return world.stores().wallet();
    }

    @Override
    public Optional<WalletBalance> balance(UserId owner) {
        return node.call(Call.READING, () -> wallet().balance(owner));
    }

    @Override
    public CreditResult credit(CreditRequest request) {
        return node.call(Call.BOOKING, () -> witness.credited(request, wallet().credit(request)));
    }

    @Override
    public HoldResult hold(HoldRequest request) {
        return node.call(Call.BOOKING, () -> witness.held(request, wallet().hold(request)));
    }

    @Override
    public Optional<Hold> find(HoldId id) {
        return node.call(Call.READING, () -> wallet().find(id));
    }

    @Override
    public CaptureResult capture(CaptureRequest request) {
        return node.call(Call.BOOKING, () -> witness.captured(request, wallet().capture(request)));
    }

    @Override
    public Optional<Hold> voidHold(HoldId id) {
        return node.call(Call.BOOKING, () -> witness.voided(id, wallet().voidHold(id)));
    }

    @Override
    public DebitResult debit(DebitRequest request) {
        return node.call(Call.BOOKING, () -> witness.debited(request, wallet().debit(request)));
    }

    @Override
    public RefundResult refund(RefundRequest request) {
        return node.call(Call.BOOKING, () -> witness.refunded(request, wallet().refund(request)));
    }

    SessionStore sessions() {
        var store = world.stores().sessions();
        return new SessionStore() {
            @Override
            public void insert(Session session) {
                node.call(Call.SESSIONS, () -> {
                    store.insert(session);
                    return witness.inserted(session);
                });
            }

            @Override
            public Session update(Session session) {
                return node.call(Call.SESSIONS, () -> witness.updated(session, store.update(session)));
            }

            @Override
            public void discard(SessionId id) {
                node.call(Call.SESSIONS, () -> {
                    store.discard(id);
                    return witness.discarded(id);
                });
            }

            @Override
            public List<Session> open(UserId payer) {
                return node.call(Call.READING, () -> store.open(payer));
            }

            @Override
            public Optional<Session> find(SessionId id) {
                return node.call(Call.READING, () -> store.find(id));
            }

            @Override
            public List<Session> open() {
                return node.call(Call.READING, store::open);
            }

            @Override
            public List<Session> history(UserId payer, int limit, @Nullable SessionId before) {
                return node.call(Call.READING, () -> store.history(payer, limit, before));
            }

            @Override
            public Duration usedIn(UserId payer, YearMonth month, @Nullable SessionId except) {
                return node.call(Call.READING, () -> {
                    var used = store.usedIn(payer, month, except);
                    return except == null ? witness.used(payer, month, used) : used;
                });
            }

            @Override
            public void renewLease(NodeId id, Instant until) {
                node.call(Call.SESSIONS, () -> {
                    store.renewLease(id, until);
                    return id;
                });
            }

            @Override
            public void endLease(NodeId id) {
                node.call(Call.SESSIONS, () -> {
                    store.endLease(id);
                    return id;
                });
            }

            @Override
            public List<Session> takeOver(NodeId by, Instant now, int limit) {
                return node.call(Call.SESSIONS, () -> witness.takenOver(by, store.takeOver(by, now, limit)));
            }
        };
    }
}

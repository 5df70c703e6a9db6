package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.CallWire.Question;
import dev.livemeter.call.CallWire.Wish;
import dev.livemeter.call.Elsewhere.Statement;
import dev.livemeter.call.InviteResult.Reason;
import dev.livemeter.event.LiveEvent.BalanceLow;
import dev.livemeter.event.LiveEvent.CallChanged.Step;
import dev.livemeter.event.LiveEvent.FinalUnitGranted;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.node.NodeLines;
import dev.livemeter.peer.PeerId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.PeerAuthority;
import dev.livemeter.wallet.DebitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Private calls between a viewer, who pays, and a broadcaster, who earns a share. A call is asked for at a price that the caller has accepted, metered while both confirm that media flows, and ended for both at
 * once. Everything can be repeated. Thread-safe.
 *
 * <p>A call lives on the node that took its invitation; where signaling joins several nodes, what is asked about it on another one is asked there, and waits up to three seconds for the answer. If none comes, {@code
 * call.node_unreachable} says so, and the same can be asked again.
 */
public final class Calls {

    private final CallParts parts;
    private final CallLane lane;
    private final CallKeeper keeper;
    private final CallNodes nodes;
    private final WalletNews wallets;
    private final Occupancy occupancy;
    private final Map<CallId, RunningCall> running = new ConcurrentHashMap<>();
    private final KnownCalls known;
    private final Invitations invitations;
    private final CallTips tips;
    private final CallOrders orders;

    private Calls(CallParts parts) {
        this.parts = parts;
        var key = TokenKey.of(parts);
        var lines = parts.network().nodes().map(NodeLines::over).orElse(null);
        this.nodes = new CallNodes(lines == null ? null : lines.line("calls"), parts.time(), parts.scheduler());
        this.wallets = new WalletNews(lines == null ? null : lines.line("wallets"), parts.scheduler());
        this.lane = new CallLane(
                parts.policy(),
                parts.network(),
                parts.meter(),
                parts.time(),
                parts.scheduler(),
                new AccessTokens(key, parts.time(), parts.ids()),
                nodes,
                lines,
                parts.events());
        this.occupancy = new Occupancy(
                running,
                nodes,
                lines,
                parts.time(),
                user -> lane.present(user).stream().min(Comparator.comparing(PeerId::value)));
        this.known = new KnownCalls(parts, nodes, occupancy, running);
        this.invitations = new Invitations(parts, lane, nodes, occupancy, known, running);
        this.tips = new CallTips(parts, nodes, known);
        this.orders = new CallOrders(parts, lane, nodes, running);
        this.keeper = new CallKeeper(parts, running);
        lane.keep(keeper);
        parts.events().subscribe(BalanceLow.class, low -> warn(low.session()));
        parts.events().subscribe(FinalUnitGranted.class, last -> warn(last.session()));
    }

    /** Prepares calls; to be done before the meter starts. For Livemeter itself. */
    public static Calls with(CallParts parts) {
        return new Calls(parts);
    }

    /** Begins to tidy up what earlier processes left. For Livemeter itself. */
    public void begin() {
        keeper.begin();
        occupancy.begin();
        nodes.begin(this::answer, this::statements, known.watchers()::changed);
        wallets.begin(parts.meter()::toppedUp);
    }

    /** Money was paid in here: the other nodes look at what that user pays for on them, whatever it is. For Livemeter itself. Returns at once. */
    public void toppedUp(UserId user) {
        wallets.paidIn(user);
    }

    private List<Statement> statements() {
        var all = new ArrayList<>(lane.statements());
        running.values().forEach(call -> all.add(Statement.of(call.call())));
        return all;
    }

    /** Ends every call and takes no more. For Livemeter itself. Idempotent. */
    public void close() {
        invitations.close();
        orders.close();
        keeper.end();
        running.values().forEach(call -> call.end(new CallEnd(Cause.STOPPED, null, "Livemeter is closing")));
        nodes.end(this::statements);
    }

    /** Stores what became of the calls that were ended, when their sessions are charged. For Livemeter itself. Idempotent. */
    public void finish() {
        running.values().forEach(RunningCall::finish);
    }

    /** Whom signaling asks. */
    public PeerAuthority authority() {
        return lane;
    }

    /** Where rooms connect people too. For Livemeter itself. */
    public CallLane lane() {
        return lane;
    }

    /** The rules. */
    public CallPolicy policy() {
        return parts.policy();
    }

    /**
     * Lets one of a user's clients into signaling. The client takes the token's id and value.
     *
     * @param device as the client calls itself, up to six of {@code a-z 0-9}; empty for the first
     * @throws LivemeterException {@code peer.malformed_device}
     */
    public AccessToken token(String user, String device) {
        return lane.token(UserId.of(user), device);
    }

    /** Where a broadcaster's private room is, relative to wherever the host puts such pages: {@code call/USER}. */
    public String path(String broadcaster) {
        return "call/" + UserId.of(broadcaster);
    }

    /** Whether one of a user's clients is connected. */
    public boolean isPresent(String user) {
        return lane.isPresent(UserId.of(user));
    }

    // Before

    /**
     * What a call would cost if it began now.
     *
     * @param length of the quote; at most {@link dev.livemeter.money.Tariff#UNLIMITED}
     */
    public CallPrice price(String caller, String callee, Duration length) {
        return invitations.price(caller, callee, length);
    }

    /**
     * A wish to call somebody.
     *
     * @param accepted the {@linkplain CallPrice#reference() price} that the caller was shown and accepted; it is the one that is charged
     * @param agreed how long the call may last; zero for as long as calls may
     * @param device of the caller; empty for the first
     */
    public record Invitation(String callee, String accepted, Duration agreed, String device) {}

    /**
     * Asks the callee. While the same two still ring, a repeat gives the same call.
     *
     * <p>First match wins: the reasons of {@link Reason} in their order, PriceChanged before INSUFFICIENT_FUNDS, invited.
     *
     * @throws LivemeterException {@code peer.malformed_device}; if a store did not answer, and then nothing was begun
     */
    public InviteResult invite(String caller, Invitation wish) {
        return invitations.invite(caller, wish);
    }

    // While

    /**
     * The callee accepts: money is held, and the two clients may connect. Nothing is charged before both confirm media. Refused as {@code NOT_NOW} where one of the two is in another call that was accepted, on
     * whatever node; this one rings on then. Of several that are accepted in one moment, one is.
     *
     * @throws LivemeterException {@code call.unknown}; {@code peer.malformed_device}; if the wallet or a store did not answer
     */
    public CallAnswer accept(String callee, CallId id, String device) {
        var call = known.here(callee, id);
        if (call == null) {
            return known.elsewhere(new Question(Wish.ACCEPT, id, callee, device, 0, false));
        }
        var who = UserId.of(callee);
        if (call.call().state() != CallState.RINGING || !call.call().callee().equals(who)) {
            return call.accept(who, device);
        }
        return occupancy
                .accepting(call.call())
                .<CallAnswer>map(other -> talksWithAnother(other, who))
                .orElseGet(() -> accept(call, who, device));
    }

    private CallAnswer accept(RunningCall call, UserId who, String device) {
        var isAccepted = false;
        try {
            var answer = call.accept(who, device);
            isAccepted = answer instanceof CallAnswer.Done;
            return answer;
        } finally {
            if (!isAccepted) {
                occupancy.unaccepted(call.call());
            }
        }
    }

    private static CallAnswer talksWithAnother(UserId other, UserId callee) {
        return new CallAnswer.Refused(
                CallAnswer.Reason.NOT_NOW,
                other.equals(callee)
                        ? "You are in another call; end it first."
                        : other + " is in another call; try again later.");
    }

    /**
     * The callee does not want to. Idempotent.
     *
     * @throws LivemeterException {@code call.unknown}
     */
    public CallAnswer decline(String callee, CallId id) {
        var call = known.here(callee, id);
        return call != null
                ? call.decline(UserId.of(callee))
                : known.elsewhere(new Question(Wish.DECLINE, id, callee, "", 0, false));
    }

    /**
     * The caller takes the invitation back. Idempotent.
     *
     * @throws LivemeterException {@code call.unknown}
     */
    public CallAnswer cancel(String caller, CallId id) {
        var call = known.here(caller, id);
        return call != null
                ? call.cancel(UserId.of(caller))
                : known.elsewhere(new Question(Wish.CANCEL, id, caller, "", 0, false));
    }

    /**
     * Either of the two ends it; both clients are told to hang up. Idempotent.
     *
     * @throws LivemeterException {@code call.unknown}
     */
    public CallAnswer hangUp(String user, CallId id) {
        var call = known.here(user, id);
        return call != null
                ? call.hangUp(UserId.of(user))
                : known.elsewhere(new Question(Wish.HANG_UP, id, user, "", 0, false));
    }

    /**
     * What a client says of its media: whether picture or sound of the other one came in since its last report. Counts at the moment of this call.
     *
     * @param number counts this client's reports; what is not later than the last is ignored
     * @return how the call stands
     * @throws LivemeterException {@code call.unknown}
     */
    public CallStatus report(String user, CallId id, boolean flowing, long number) {
        var call = known.here(user, id);
        if (call == null) {
            return ((CallAnswer.Done) known.elsewhere(new Question(Wish.REPORT, id, user, "", number, flowing)))
                    .status();
        }
        call.report(UserId.of(user), flowing, number);
        return call.status(UserId.of(user));
    }

    /**
     * Lets it last longer than was agreed.
     *
     * @param total since it went live; a repeat changes nothing
     * @throws LivemeterException {@code call.unknown}
     */
    public CallAnswer extend(String caller, CallId id, Duration total) {
        var call = known.here(caller, id);
        return call != null
                ? call.extend(UserId.of(caller), total)
                : known.elsewhere(new Question(Wish.EXTEND, id, caller, total.toString(), 0, false));
    }

    /**
     * The caller tips the callee, who gets their share of it. Allowed until some time after the end.
     *
     * @param key the caller's own name for it; repeated, it is given once
     * @param message at most 120 characters, for the callee
     * @throws LivemeterException {@code call.unknown}; {@code call.malformed_tip} where it was never accepted or somebody else asks; {@code wallet.malformed_*}
     */
    public DebitResult tip(String caller, CallId id, Money amount, String key, String message) {
        return tips.give(caller, id, amount, key, message);
    }

    /** Answers another node, where the call runs here. */
    private Optional<CallAnswer> answer(Question question) {
        var call = running.get(question.call());
        if (call == null) {
            return Optional.empty();
        }
        if (question.wish() == Wish.END) {
            return Optional.of(
                    end(question.call(), question.text())
                            ? new CallAnswer.Done(call.status(null))
                            : new CallAnswer.Refused(CallAnswer.Reason.NOT_NOW, "The call is over already."));
        }
        var user = question.user();
        if (!call.call().isOf(UserId.of(user))) {
            throw KnownCalls.unknown(user, question.call());
        }
        return Optional.of(
                switch (question.wish()) {
                    case ACCEPT -> accept(user, question.call(), question.text());
                    case DECLINE -> decline(user, question.call());
                    case CANCEL -> cancel(user, question.call());
                    case HANG_UP -> hangUp(user, question.call());
                    case REPORT ->
                        new CallAnswer.Done(report(user, question.call(), question.flowing(), question.number()));
                    case EXTEND -> extend(user, question.call(), Duration.parse(question.text()));
                    case TIPPED -> {
                        call.tipped(new Money(question.number(), Currency.getInstance(question.text())));
                        yield new CallAnswer.Done(call.status(UserId.of(user)));
                    }
                    case STATUS, END -> new CallAnswer.Done(call.status(UserId.of(user)));
                });
    }

    private void warn(@Nullable SessionId session) {
        if (session != null) {
            keeper.of(session).ifPresent(call -> call.changed(Step.LOW));
        }
    }

    // What is seen

    /** A call as that user sees it; for some time after its end too. Empty where it is not theirs. */
    public Optional<CallStatus> status(String user, CallId id) {
        return known.status(user, id);
    }

    /** The call that a user is in, or is asked for. */
    public Optional<CallStatus> current(String user) {
        return known.current(user);
    }

    /**
     * Tells of each change of a user's calls from now on: that one rings, connects, runs, ends, of tips and warnings; whatever raises a {@linkplain CallStatus#version() version}. Of the time that passes and what it costs nothing is told. A change that comes while it is begun
     * is told, or seen by whoever looks afterwards.
     *
     * @param changed is run under locks: it takes note and returns at once, and asks from another thread what there is. It may be run more often than there are changes
     */
    public CallWatch watch(String user, Runnable changed) {
        return known.watchers().watch(UserId.of(user), changed);
    }

    /** Every call that goes on here, as an operator sees it. */
    public List<CallStatus> running() {
        Collection<RunningCall> all = running.values();
        return all.stream()
                .filter(call -> !call.call().state().isOver())
                .map(call -> call.status(null))
                .toList();
    }

    /**
     * Ends a call by order of an operator.
     *
     * @param reason a few words that fit behind a colon
     * @return whether it went on
     */
    public boolean end(CallId id, String reason) {
        return orders.end(id, reason);
    }

    /**
     * Ends what a viewer and a broadcaster have with each other, as when the one is banned by the other.
     *
     * @param reason a few words that fit behind a colon
     */
    public void part(String viewer, String broadcaster, String reason) {
        orders.part(viewer, broadcaster, reason);
    }

    /**
     * Ends whatever call that user is in, and sends their clients away, as when they are banned from everywhere.
     *
     * @param reason a few words that fit behind a colon
     * @param sentence for the user, whose clients show it
     */
    public void partFromAll(String user, String reason, String sentence) {
        orders.partFromAll(user, reason, sentence);
    }

    /** Whom a call is for, for some time after its end too. */
    public Optional<UserId> callee(CallId id) {
        var here = running.get(id);
        return here == null ? nodes.callee(id) : Optional.of(here.call().callee());
    }

    /**
     * The calls of a user, as caller and as callee, the newest first.
     *
     * @param limit at most so many, 1 to 500
     * @param before only those older than that call; null for the newest
     */
    public List<Call> history(String user, int limit, @Nullable CallId before) {
        return parts.store().history(UserId.of(user), limit, before);
    }

    /** A call that was, or goes on, as it is stored. */
    public Optional<Call> find(CallId id) {
        return parts.store().find(id);
    }
}

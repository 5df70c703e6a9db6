package dev.livemeter.call;

import dev.livemeter.identity.UserId;
import dev.livemeter.peer.PeerId;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What other nodes have told of calls and connections, each for itself: what one of them takes back, another one may still have. Thread-safe. */
final class Elsewhere {

    /** Longer than two repeats, so that one may be lost. */
    private static final Duration BELIEVE = Duration.ofSeconds(13);

    private final TimeSource time;
    private final Map<Fact, Map<String, Told>> known = new ConcurrentHashMap<>();
    private final Map<CallId, Fact> calls = new ConcurrentHashMap<>();

    Elsewhere(TimeSource time) {
        this.time = time;
    }

    /**
     * A call, or that two clients may be connected.
     *
     * @param call empty where it is about clients
     * @param one the caller, or a client
     * @param other the callee, or a client
     */
    record Fact(String call, String one, String other) {

        static Fact of(Call call) {
            return new Fact(
                    call.id().value(), call.caller().value(), call.callee().value());
        }

        static Fact of(MediaPair.Terms terms) {
            return terms.payerPeer().value().compareTo(terms.payeePeer().value()) < 0
                    ? pair(terms.payerPeer(), terms.payeePeer())
                    : pair(terms.payeePeer(), terms.payerPeer());
        }

        private static Fact pair(PeerId one, PeerId other) {
            return new Fact("", one.value(), other.value());
        }

        boolean isCall() {
            return !call.isEmpty();
        }

        private boolean isOf(UserId user) {
            return one.equals(user.value()) || other.equals(user.value());
        }
    }

    /**
     * That a fact holds.
     *
     * @param state how far the call is; null where it is about clients
     */
    record Statement(Fact fact, @Nullable CallState state) {

        static Statement of(Call call) {
            return new Statement(Fact.of(call), call.state());
        }
    }

    private record Told(long nanos, @Nullable CallState state) {}

    // Kept together under one lock; read without it.

    synchronized void holds(String node, Statement statement) {
        var fact = statement.fact();
        var by = new HashMap<>(known.getOrDefault(fact, Map.of()));
        by.put(node, new Told(time.nanoTime(), statement.state()));
        known.put(fact, Map.copyOf(by));
        if (fact.isCall()) {
            calls.put(new CallId(fact.call()), fact);
        }
    }

    synchronized void ends(String node, Fact fact) {
        var by = new HashMap<>(known.getOrDefault(fact, Map.of()));
        by.remove(node);
        if (!by.isEmpty()) {
            known.put(fact, Map.copyOf(by));
            return;
        }
        known.remove(fact);
        if (fact.isCall()) {
            calls.remove(new CallId(fact.call()));
        }
    }

    /** Forgets what was not told again. */
    synchronized void forgetOld() {
        var now = time.nanoTime();
        List.copyOf(known.entrySet())
                .forEach(entry -> entry.getValue().forEach((node, told) -> {
                    if (now - told.nanos() > BELIEVE.toNanos()) {
                        ends(node, entry.getKey());
                    }
                }));
    }

    /** The node that was the last to say that it runs a call; null where none is known. */
    @Nullable
    String nodeOf(CallId id) {
        var fact = calls.get(id);
        return fact == null
                ? null
                : known.getOrDefault(fact, Map.of()).entrySet().stream()
                        .max(Comparator.comparingLong(entry -> entry.getValue().nanos()))
                        .map(Map.Entry::getKey)
                        .orElse(null);
    }

    /** Somebody does not have that call, whatever was told. */
    void isNotAt(String node, CallId id) {
        var fact = calls.get(id);
        if (fact != null) {
            ends(node, fact);
        }
    }

    /** Whether two clients may be connected. */
    boolean mayCall(PeerId one, PeerId other) {
        return !known.isEmpty()
                && (known.containsKey(Fact.pair(one, other)) || known.containsKey(Fact.pair(other, one)));
    }

    /** Whether a call is that user's; empty where nothing is known of it. */
    Optional<Boolean> runs(CallId id, UserId user) {
        return Optional.ofNullable(calls.get(id)).map(fact -> fact.isOf(user));
    }

    /** Whom a call is for. */
    Optional<UserId> callee(CallId id) {
        return Optional.ofNullable(calls.get(id)).map(fact -> UserId.of(fact.other()));
    }

    /** How far a call was when it was last told of; over where it is not known any more. */
    CallState state(CallId id) {
        var fact = calls.get(id);
        return fact == null
                ? CallState.ENDED
                : known.getOrDefault(fact, Map.of()).values().stream()
                        .map(Told::state)
                        .filter(state -> state != null)
                        .max(Comparator.naturalOrder())
                        .orElse(CallState.ENDED);
    }

    /** The calls of a user that are not over, those that were accepted first. */
    List<CallId> of(UserId user) {
        return calls.entrySet().stream()
                .filter(entry -> entry.getValue().isOf(user))
                .map(Map.Entry::getKey)
                .filter(id -> !state(id).isOver())
                .sorted(Comparator.comparing((CallId id) -> state(id) == CallState.RINGING)
                        .thenComparing(CallId::value))
                .toList();
    }
}

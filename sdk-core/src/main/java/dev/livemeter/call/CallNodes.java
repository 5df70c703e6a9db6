package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallWire.Question;
import dev.livemeter.identity.UserId;
import dev.livemeter.node.NoAnswerException;
import dev.livemeter.node.NodeLine;
import dev.livemeter.node.NodeWire;
import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.NodeExchange;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of calls that run on others, and how it asks about them. Each node tells the others at once what begins and ends with it, and all of it again every few seconds; what is not
 * told again is forgotten. Without other nodes nothing happens here. Thread-safe.
 */
final class CallNodes {

    private static final Duration TELL_EVERY = Duration.ofSeconds(5);

    /** Longer than two repeats, so that one may be lost. */
    private static final Duration BELIEVE = Duration.ofSeconds(13);

    private static final int TOGETHER = 500;

    private final @Nullable NodeLine line;
    private final TimeSource time;
    private final Scheduler scheduler;
    private final Map<Fact, Told> elsewhere = new ConcurrentHashMap<>();
    private final Map<CallId, Fact> callsElsewhere = new ConcurrentHashMap<>();
    private volatile boolean ended;

    CallNodes(@Nullable NodeLine line, TimeSource time, Scheduler scheduler) {
        this.line = line;
        this.time = time;
        this.scheduler = scheduler;
    }

    /**
     * That a call runs, or that two clients may be connected.
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
    }

    private record Told(String node, long nanos) {}

    /** What one node tells the others of facts. */
    private enum News {
        /** They hold; told again and again. */
        HOLDS,
        /** They hold, and whoever waits for news of them should look. */
        CHANGED,
        /** They hold no more. */
        ENDS
    }

    /** Begins to answer and to tell; where there are other nodes. */
    void begin(Function<Question, Optional<CallAnswer>> answers, Supplier<List<Fact>> facts, Consumer<UserId> changed) {
        if (line == null) {
            return;
        }
        line.serve(new NodeExchange.Service() {
            @Override
            public void asked(byte[] question, Consumer<byte[]> answer) {
                // Answering may take its time, which the thread that hears does not have.
                scheduler.after(Duration.ZERO, () -> answered(question, answers, answer));
            }

            @Override
            public void heard(String node, byte[] news) {
                CallNodes.this.heard(node, news, changed);
            }
        });
        repeat(facts);
    }

    void end() {
        ended = true;
    }

    private void repeat(Supplier<List<Fact>> facts) {
        if (ended) {
            return;
        }
        var all = facts.get();
        for (var i = 0; i < all.size(); i += TOGETHER) {
            tell(News.HOLDS, all.subList(i, Math.min(all.size(), i + TOGETHER)));
        }
        var now = time.nanoTime();
        elsewhere.forEach((fact, told) -> {
            if (now - told.nanos() > BELIEVE.toNanos() && elsewhere.remove(fact, told)) {
                forgotten(fact);
            }
        });
        scheduler.after(TELL_EVERY, () -> repeat(facts));
    }

    private void tell(News news, List<Fact> facts) {
        if (line != null) {
            line.tell(NodeWire.written(out -> {
                out.writeUTF(news.name());
                out.writeInt(facts.size());
                for (var fact : facts) {
                    out.writeUTF(fact.call());
                    out.writeUTF(fact.one());
                    out.writeUTF(fact.other());
                }
            }));
        }
    }

    /** It holds from now on, or is another one than before. */
    void changed(Fact fact) {
        tell(News.CHANGED, List.of(fact));
    }

    void ends(Fact fact) {
        tell(News.ENDS, List.of(fact));
    }

    private void heard(String node, byte[] bytes, Consumer<UserId> changed) {
        NodeWire.read(bytes, in -> {
            var news = News.valueOf(in.readUTF());
            for (var fact : facts(in)) {
                if (news == News.ENDS) {
                    if (elsewhere.remove(fact) != null) {
                        forgotten(fact);
                    }
                } else {
                    elsewhere.put(fact, new Told(node, time.nanoTime()));
                    if (!fact.call().isEmpty()) {
                        callsElsewhere.put(new CallId(fact.call()), fact);
                    }
                }
                if (news != News.HOLDS && !fact.call().isEmpty()) {
                    changed.accept(UserId.of(fact.one()));
                    changed.accept(UserId.of(fact.other()));
                }
            }
            return true;
        });
    }

    private static List<Fact> facts(java.io.DataInputStream in) throws IOException {
        var facts = new ArrayList<Fact>();
        for (var left = in.readInt(); left > 0; left--) {
            facts.add(new Fact(in.readUTF(), in.readUTF(), in.readUTF()));
        }
        return facts;
    }

    private void forgotten(Fact fact) {
        if (!fact.call().isEmpty()) {
            callsElsewhere.remove(new CallId(fact.call()), fact);
        }
    }

    /** Whether two clients may be connected by what another node says. */
    boolean mayCall(PeerId one, PeerId other) {
        return !elsewhere.isEmpty()
                && (elsewhere.containsKey(Fact.pair(one, other)) || elsewhere.containsKey(Fact.pair(other, one)));
    }

    /** Whether another node runs a call of that user; empty where nothing is known of that call. */
    Optional<Boolean> runs(CallId id, UserId user) {
        return Optional.ofNullable(callsElsewhere.get(id))
                .map(fact -> fact.one().equals(user.value()) || fact.other().equals(user.value()));
    }

    /** Whom a call on another node is for. */
    Optional<UserId> callee(CallId id) {
        return Optional.ofNullable(callsElsewhere.get(id)).map(fact -> UserId.of(fact.other()));
    }

    /** The calls on other nodes that a user is in, as far as is known; some may be over. */
    List<CallId> of(UserId user) {
        return callsElsewhere.entrySet().stream()
                .filter(entry -> entry.getValue().one().equals(user.value())
                        || entry.getValue().other().equals(user.value()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The call on another node that a user is in. */
    Optional<CallStatus> current(UserId user) {
        return of(user).stream()
                .flatMap(id -> status(user, id).stream())
                .filter(status -> !status.call().state().isOver())
                .findFirst();
    }

    /** A call on another node as one of the two sees it. */
    Optional<CallStatus> status(UserId user, CallId id) {
        return ask(new Question(CallWire.Wish.STATUS, id, user.value(), "", 0, false))
                .flatMap(answer ->
                        answer instanceof CallAnswer.Done done ? Optional.of(done.status()) : Optional.empty());
    }

    /** Whether there are other nodes that could run a call. */
    boolean areThere() {
        return line != null;
    }

    /**
     * Asks the node that runs a call, or all where none is known to.
     *
     * @return empty where there are no other nodes
     * @throws LivemeterException {@code call.node_unreachable}, or what was thrown there
     */
    Optional<CallAnswer> ask(Question question) {
        if (line == null) {
            return Optional.empty();
        }
        var fact = callsElsewhere.get(question.call());
        var told = fact == null ? null : elsewhere.get(fact);
        var node = told == null ? null : told.node();
        var bytes = question.bytes();
        try {
            return Optional.of(CallWire.answer(
                    question.wish() == CallWire.Wish.TIPPED ? line.askOnce(node, bytes) : line.ask(node, bytes)));
        } catch (NoAnswerException e) {
            throw unreachable(question.call(), e);
        }
    }

    private static LivemeterException unreachable(CallId call, Exception why) {
        return new LivemeterException(
                "call.node_unreachable",
                "The call " + call + " runs on another node, which does not answer now; try again in a moment.",
                true,
                why);
    }

    private static void answered(
            byte[] bytes, Function<Question, Optional<CallAnswer>> answers, Consumer<byte[]> answer) {
        var question = Question.read(bytes);
        try {
            // Whoever was asked together with all others, and does not run it, leaves the answer to the one that does.
            answers.apply(question).map(CallWire::answer).ifPresent(answer);
        } catch (LivemeterException e) {
            answer.accept(CallWire.failed(e));
        }
    }
}

package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallWire.Question;
import dev.livemeter.call.Elsewhere.Fact;
import dev.livemeter.call.Elsewhere.Statement;
import dev.livemeter.identity.UserId;
import dev.livemeter.node.NoAnswerException;
import dev.livemeter.node.NodeLine;
import dev.livemeter.node.NodeWire;
import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.NodeExchange;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node tells others of calls that run here, and how it asks them about theirs. Each node tells the others at once what begins and ends with it, and all of it again every few seconds; what is not
 * told again is forgotten. Without other nodes nothing happens here. Thread-safe.
 */
final class CallNodes {

    private static final Logger log = LoggerFactory.getLogger(CallNodes.class);
    private static final Duration TELL_EVERY = Duration.ofSeconds(5);
    private static final int TOGETHER = 500;

    private final @Nullable NodeLine line;
    private final Scheduler scheduler;
    private final Elsewhere elsewhere;

    /** Orders what is told: what is looked at under it and told under it cannot come after what ended it. Nothing waits meanwhile. */
    private final ReentrantLock telling = new ReentrantLock();

    private volatile boolean ended;

    CallNodes(@Nullable NodeLine line, TimeSource time, Scheduler scheduler) {
        this.line = line;
        this.scheduler = scheduler;
        this.elsewhere = new Elsewhere(time);
    }

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
    void begin(
            Function<Question, Optional<CallAnswer>> answers,
            Supplier<List<Statement>> here,
            Consumer<UserId> changed) {
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
        repeat(here);
    }

    // Told

    private void repeat(Supplier<List<Statement>> here) {
        if (ended) {
            return;
        }
        inOrder(() -> tell(News.HOLDS, here.get()));
        elsewhere.forgetOld();
        scheduler.after(TELL_EVERY, () -> repeat(here));
    }

    /** Takes all of it back, and tells nothing any more: the others need not ask a node that goes. */
    void end(Supplier<List<Statement>> here) {
        inOrder(() -> {
            tell(News.ENDS, here.get());
            ended = true;
        });
    }

    /**
     * It holds from now on, or is another one than before.
     *
     * @param now looks what there is to tell, if there still is
     */
    void changed(Supplier<Optional<Statement>> now) {
        inOrder(() -> now.get().ifPresent(statement -> tell(News.CHANGED, List.of(statement))));
    }

    /** It holds no more, unless it still does for another reason. */
    void ends(Fact fact, BooleanSupplier holds) {
        inOrder(() -> {
            if (!holds.getAsBoolean()) {
                tell(News.ENDS, List.of(new Statement(fact, null)));
            }
        });
    }

    private void inOrder(Runnable what) {
        if (line == null) {
            return;
        }
        telling.lock();
        try {
            if (!ended) {
                what.run();
            }
        } finally {
            telling.unlock();
        }
    }

    private void tell(News news, List<Statement> all) {
        for (var i = 0; i < all.size(); i += TOGETHER) {
            tellTogether(news, all.subList(i, Math.min(all.size(), i + TOGETHER)));
        }
    }

    private void tellTogether(News news, List<Statement> some) {
        if (line == null) {
            return;
        }
        line.tell(NodeWire.written(out -> {
            out.writeUTF(news.name());
            out.writeInt(some.size());
            for (var statement : some) {
                var state = statement.state();
                out.writeUTF(statement.fact().call());
                out.writeUTF(statement.fact().one());
                out.writeUTF(statement.fact().other());
                out.writeUTF(state == null ? "" : state.name());
            }
        }));
    }

    private void heard(String node, byte[] bytes, Consumer<UserId> changed) {
        NodeWire.read(bytes, in -> {
            var news = News.valueOf(in.readUTF());
            for (var statement : statements(in)) {
                var fact = statement.fact();
                if (news == News.ENDS) {
                    elsewhere.ends(node, fact);
                } else {
                    elsewhere.holds(node, statement);
                }
                if (news != News.HOLDS && fact.isCall()) {
                    changed.accept(UserId.of(fact.one()));
                    changed.accept(UserId.of(fact.other()));
                }
            }
            return true;
        });
    }

    private static List<Statement> statements(DataInputStream in) throws IOException {
        var all = new ArrayList<Statement>();
        for (var left = in.readInt(); left > 0; left--) {
            var fact = new Fact(in.readUTF(), in.readUTF(), in.readUTF());
            var state = in.readUTF();
            all.add(new Statement(fact, state.isEmpty() ? null : CallState.valueOf(state)));
        }
        return all;
    }

    // Known

    /** Whether two clients may be connected by what another node says. */
    boolean mayCall(PeerId one, PeerId other) {
        return elsewhere.mayCall(one, other);
    }

    /** Whether another node runs a call of that user; empty where nothing is known of that call. */
    Optional<Boolean> runs(CallId id, UserId user) {
        return elsewhere.runs(id, user);
    }

    /** Whom a call on another node is for. */
    Optional<UserId> callee(CallId id) {
        return elsewhere.callee(id);
    }

    /** The calls on other nodes that a user is in, as far as is known. */
    List<CallId> of(UserId user) {
        return elsewhere.of(user);
    }

    /** The call on another node that a user is in, one that was accepted before one that rings. */
    Optional<CallStatus> current(UserId user) {
        return elsewhere.of(user).stream()
                .flatMap(id -> status(user, id).stream())
                .filter(status -> !status.call().state().isOver())
                .findFirst();
    }

    /** Whether a user is in an accepted call on another node, as far as is known. */
    boolean hasAccepted(UserId user) {
        return elsewhere.of(user).stream().anyMatch(id -> elsewhere.state(id) != CallState.RINGING);
    }

    /** Whether a user is in an accepted call on another node: its node is asked and, where it does not answer, what it said last is believed. */
    boolean isTalking(UserId user, CallId butFor) {
        return elsewhere.of(user).stream()
                .filter(id -> !id.equals(butFor))
                .map(id -> stateNow(user, id))
                .anyMatch(state -> state != CallState.RINGING && !state.isOver());
    }

    private CallState stateNow(UserId user, CallId id) {
        try {
            return status(user, id).map(status -> status.call().state()).orElse(CallState.ENDED);
        } catch (LivemeterException unreachable) {
            return elsewhere.state(id);
        }
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

    // Asked

    /**
     * Asks the node that runs a call, or all where none is known to.
     *
     * @return empty where there are no other nodes, or the one that was known to run it does not
     * @throws LivemeterException {@code call.node_unreachable}, or what was thrown there
     */
    Optional<CallAnswer> ask(Question question) {
        if (line == null) {
            return Optional.empty();
        }
        var node = elsewhere.nodeOf(question.call());
        var bytes = question.bytesFor(node);
        try {
            return answer(
                    question.wish() == CallWire.Wish.TIPPED ? line.askOnce(node, bytes) : line.ask(node, bytes),
                    node,
                    question);
        } catch (NoAnswerException e) {
            throw unreachable(question.call(), e);
        }
    }

    private Optional<CallAnswer> answer(byte[] bytes, @Nullable String node, Question question) {
        if (node != null && CallWire.isNotHere(bytes)) {
            elsewhere.isNotAt(node, question.call());
            return Optional.empty();
        }
        return Optional.of(CallWire.answer(bytes));
    }

    private static LivemeterException unreachable(CallId call, Exception why) {
        return new LivemeterException(
                "call.node_unreachable",
                "The call " + call + " runs on another node, which does not answer now; try again in a moment.",
                true,
                why);
    }

    /** Who was asked together with all others, and does not run it, leaves the answer to the one that does; who was asked alone always answers, as somebody waits for it. */
    private static void answered(
            byte[] bytes, Function<Question, Optional<CallAnswer>> answers, Consumer<byte[]> answer) {
        var isAskedAlone = Question.isForOne(bytes);
        try {
            answers.apply(Question.read(bytes))
                    .map(CallWire::answer)
                    .or(() -> isAskedAlone ? Optional.of(CallWire.notHere()) : Optional.empty())
                    .ifPresent(answer);
        } catch (LivemeterException e) {
            answer.accept(CallWire.failed(e));
        } catch (RuntimeException e) {
            log.error("What another node asked about a call could not be answered.", e);
            answer.accept(CallWire.failed(new LivemeterException(
                    "call.node_failed", "The node that runs this call could not do it; its log says why.", false, e)));
        }
    }
}

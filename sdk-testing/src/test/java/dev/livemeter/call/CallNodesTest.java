package dev.livemeter.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallWire.Question;
import dev.livemeter.call.CallWire.Wish;
import dev.livemeter.call.Elsewhere.Fact;
import dev.livemeter.call.Elsewhere.Statement;
import dev.livemeter.identity.UserId;
import dev.livemeter.node.NodeLines;
import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerNodeExchange;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.time.Scheduler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What three nodes tell and ask each other, who hear at once. */
@Timeout(180)
class CallNodesTest {

    private static final UserId ALICE = UserId.of("alice");
    private static final PeerId HERS = PeerId.of("alice-1");
    private static final PeerId HIS = PeerId.of("bob-1");
    private static final CallId CALL = new CallId("call-0001");
    private static final Fact PAIR = new Fact("", "alice-1", "bob-1");
    private static final Statement CONNECTED = new Statement(PAIR, null);
    private static final Statement LIVE = new Statement(new Fact("call-0001", "alice", "bob"), CallState.LIVE);

    private final ManualTime time = ManualTime.create();
    private final Map<String, Node> all = new LinkedHashMap<>();
    private final Node one = new Node("one");
    private final Node two = new Node("two");
    private final Node three = new Node("three");

    private final class Node implements PeerNodeExchange, Scheduler {

        private final String name;
        private final CallNodes calls;
        private @Nullable Service service;

        private Node(String name) {
            this.name = name;
            all.put(name, this);
            this.calls = new CallNodes(NodeLines.over(this).line("call"), time, this);
        }

        private void begins(Supplier<List<Statement>> here, Function<Question, Optional<CallAnswer>> answers) {
            calls.begin(answers, here, user -> {});
        }

        private void tells(Statement statement) {
            calls.changed(() -> Optional.of(statement));
        }

        private boolean knows() {
            return calls.mayCall(HERS, HIS);
        }

        @Override
        public Scheduled after(Duration delay, Runnable task) {
            if (delay.isZero()) {
                task.run();
                return () -> {};
            }
            return time.after(delay, task);
        }

        @Override
        public String node() {
            return name;
        }

        @Override
        public Optional<String> nodeOf(PeerId peer) {
            return Optional.empty();
        }

        @Override
        public void serve(Service hearer) {
            service = hearer;
        }

        @Override
        public CompletionStage<byte[]> ask(@Nullable String node, byte[] question) {
            var answer = new CompletableFuture<byte[]>();
            all.values().stream()
                    .filter(other -> node == null ? other != this : other.name.equals(node))
                    .forEach(other -> {
                        if (other.service != null) {
                            other.service.asked(question, answer::complete);
                        }
                    });
            return answer;
        }

        @Override
        public void tell(byte[] news) {
            all.values().stream().filter(other -> other != this).forEach(other -> {
                if (other.service != null) {
                    other.service.heard(name, news);
                }
            });
        }
    }

    private void begin() {
        all.values().forEach(node -> node.begins(List::of, question -> Optional.empty()));
    }

    private static Question status() {
        return new Question(Wish.STATUS, CALL, "alice", "", 0, false);
    }

    @Test
    void whatOneNodeTakesBackAnotherOneMayStillHave() {
        begin();
        one.tells(CONNECTED);
        two.tells(CONNECTED);
        assertThat(three.knows()).isTrue();
        two.calls.ends(PAIR, () -> false);
        assertThat(three.knows()).isTrue();
        one.calls.ends(PAIR, () -> false);
        assertThat(three.knows()).isFalse();
    }

    @Test
    void whatHoldsForAnotherReasonIsNotTakenBack() {
        begin();
        one.tells(CONNECTED);
        one.calls.ends(PAIR, () -> true);
        assertThat(three.knows()).isTrue();
    }

    @Test
    void whatEndsWhileAllIsToldAgainStaysEnded() throws Exception {
        two.begins(List::of, question -> Optional.empty());
        var isOver = new AtomicBoolean();
        var ending = new Thread(() -> {
            isOver.set(true);
            one.calls.ends(PAIR, () -> false);
        });
        one.begins(
                () -> {
                    if (!isOver.get()) {
                        ending.start();
                        // It gets so far as it can before this is told.
                        join(ending, 300);
                    }
                    return List.of(CONNECTED);
                },
                question -> Optional.empty());
        ending.join(TimeUnit.SECONDS.toMillis(60));
        assertThat(two.knows()).isFalse();
    }

    private static void join(Thread thread, long millis) {
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whoGoesTakesAllBackAndTellsNothingAnyMore() {
        begin();
        one.tells(CONNECTED);
        one.tells(LIVE);
        one.calls.end(() -> List.of(CONNECTED, LIVE));
        assertThat(two.knows()).isFalse();
        assertThat(two.calls.callee(CALL)).isEmpty();
        one.tells(LIVE);
        assertThat(two.calls.callee(CALL)).isEmpty();
    }

    @Test
    void whoIsAskedAloneAndDoesNotRunItSaysSo() {
        begin();
        one.tells(LIVE);
        assertThat(two.calls.runs(CALL, ALICE)).contains(true);
        assertThat(two.calls.ask(status())).isEmpty();
        assertThat(two.calls.runs(CALL, ALICE)).isEmpty();
    }

    @Test
    void whoIsAskedWithAllOthersAndDoesNotRunItLeavesItToThem() {
        one.begins(List::of, question -> Optional.empty());
        two.begins(List::of, question -> Optional.empty());
        three.begins(
                List::of,
                question -> Optional.of(new CallAnswer.Refused(CallAnswer.Reason.NOT_NOW, "It is over already.")));
        assertThat(two.calls.ask(status()))
                .contains(new CallAnswer.Refused(CallAnswer.Reason.NOT_NOW, "It is over already."));
    }

    @Test
    void whateverFailsThereIsToldAndNotWaitedFor() {
        two.begins(List::of, question -> Optional.empty());
        one.begins(List::of, question -> {
            throw new IllegalStateException("a fault of the developers");
        });
        one.tells(LIVE);
        assertThatThrownBy(() -> two.calls.ask(status()))
                .isInstanceOfSatisfying(LivemeterException.class, e -> {
                    assertThat(e.code()).isEqualTo("call.node_failed");
                    assertThat(e.retryable()).isFalse();
                })
                .hasMessage("The node that runs this call could not do it; its log says why.");
    }

    @Test
    void aCallThatIsOverIsNotAskedAbout() {
        begin();
        one.tells(new Statement(LIVE.fact(), CallState.ENDED));
        assertThat(two.calls.callee(CALL)).contains(UserId.of("bob"));
        assertThat(two.calls.hasAccepted(ALICE)).isFalse();
        assertThat(two.calls.current(ALICE)).isEmpty();
        // It was not asked: asked, it would have said that it does not run it.
        assertThat(two.calls.callee(CALL)).contains(UserId.of("bob"));
    }

    @Test
    void whatIsNotToldAgainIsForgotten() {
        begin();
        one.tells(CONNECTED);
        time.advance(Duration.ofSeconds(11));
        assertThat(two.knows()).isTrue();
        time.advance(Duration.ofSeconds(6));
        assertThat(two.knows()).isFalse();
    }
}

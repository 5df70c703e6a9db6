package dev.livemeter.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.call.CallId;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.call.CallStatus;
import dev.livemeter.call.Calls;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Tariff;
import dev.livemeter.room.Rooms;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.InMemorySignalingBus;
import dev.livemeter.testing.InMemorySignalingTransport;
import dev.livemeter.testing.InMemorySignalingTransport.Peer;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.time.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** Nodes of one application in memory: each with signaling of its own on one bus, all with the same books and the clock of the test. */
final class LiveNodes implements AutoCloseable {

    static final Currency USD = Currency.getInstance("USD");

    final ManualTime time = ManualTime.create();
    final InMemorySignalingBus bus = InMemorySignalingBus.create();
    final InMemoryBooks books = InMemoryBooks.shared(time);
    final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Node> nodes = new ArrayList<>();

    Node start() {
        var node = new Node();
        nodes.add(node);
        return node;
    }

    @Override
    public void close() {
        nodes.stream().filter(node -> !node.dead).forEach(node -> node.live.close());
        threads.shutdownNow();
    }

    /** Lets time pass in steps in which everybody can be heard. */
    void pass(Duration span) throws InterruptedException {
        for (var left = span.toMillis(); left > 0; left -= 500) {
            time.advance(Duration.ofMillis(500));
            Thread.sleep(15);
        }
    }

    static void await(BooleanSupplier what) throws InterruptedException {
        for (var i = 0; i < 12_000 && !what.getAsBoolean(); i++) {
            Thread.sleep(5);
        }
        assertThat(what.getAsBoolean()).isTrue();
    }

    static void hears(Peer peer, String start) throws InterruptedException {
        var found = new boolean[1];
        await(() -> {
            for (var next = peer.read(); next.isPresent(); next = peer.read()) {
                found[0] |= next.get().startsWith(start);
            }
            return found[0];
        });
    }

    /** One of them. */
    final class Node implements Scheduler {

        private final InMemorySignalingTransport transport = InMemorySignalingTransport.withQueueLimit(100);
        private final SignalingServer signaling;
        final Livemeter live;
        private final ArrayDeque<Runnable> missed = new ArrayDeque<>();
        private volatile boolean dead;
        private boolean asleep;

        private Node() {
            signaling = SignalingServer.builder()
                    .cluster(bus)
                    .time(time)
                    .scheduler(this)
                    .executor(threads)
                    .build();
            transport.open(signaling);
            live = Livemeter.builder()
                    .wallet(books)
                    .tariff(Tariff.perMinute("USD", "6.00").in(Increment.SECONDS))
                    .calls(CallPolicy.defaults(USD), signaling)
                    .time(time)
                    .scheduler(this)
                    .executor(threads)
                    .build();
        }

        /** Nothing runs on it any more, and the others have not noticed. */
        void dies() {
            dead = true;
        }

        /** Does nothing until it wakes up, as a machine that is suspended. */
        void sleeps() {
            synchronized (missed) {
                asleep = true;
            }
        }

        /** Does all at once that it did not do in its sleep. */
        void wakesUp() {
            synchronized (missed) {
                asleep = false;
                missed.forEach(threads::execute);
                missed.clear();
            }
        }

        private boolean isMissed(Runnable task) {
            synchronized (missed) {
                return asleep && missed.add(task);
            }
        }

        Rooms rooms() {
            return live.rooms();
        }

        /** What is due at once has a thread, as it would in life; the rest waits for the clock of the test. */
        @Override
        public Scheduled after(Duration delay, Runnable task) {
            Runnable run = () -> {
                if (!dead && !isMissed(task)) {
                    task.run();
                }
            };
            if (delay.compareTo(Duration.ZERO) > 0) {
                return time.after(delay, run);
            }
            threads.execute(run);
            return () -> {};
        }

        Peer comesIn(String user) {
            var token = live.calls().token(user, "");
            var peer = transport
                    .connect(
                            "key=peerjs&id=" + token.peer().value() + "&token="
                                    + token.value().reveal(),
                            "")
                    .orElseThrow();
            assertThat(peer.read()).contains("{\"type\":\"OPEN\"}");
            return peer;
        }

        Calls calls() {
            return live.calls();
        }

        CallStatus status(String user, CallId id) {
            return calls().status(user, id).orElseThrow();
        }
    }
}

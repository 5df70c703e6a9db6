package dev.livemeter.room;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.node.NoAnswerException;
import dev.livemeter.node.NodeLine;
import dev.livemeter.node.NodeWire;
import dev.livemeter.room.RoomWire.Wish;
import dev.livemeter.spi.NodeExchange;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node knows of viewers that others let into rooms, and how it asks about them. A presence lives on the node that let the viewer in, where its clocks and its session are. Without other nodes
 * nothing happens here. Thread-safe.
 */
final class RoomNodes {

    private static final Logger log = LoggerFactory.getLogger(RoomNodes.class);

    /** A broadcaster reports every second; an answer that is later than that is not worth the wait. */
    private static final long SENT_MILLIS = 1_000;

    private static final Duration END_AGAIN = Duration.ofSeconds(3);

    private final RoomParts parts;
    private final @Nullable NodeLine line;
    private final PresenceBeat beat;
    private final Map<Seen, List<ParticipantStatus>> seen = new ConcurrentHashMap<>();
    private volatile @Nullable Here here;
    private volatile boolean ended;

    RoomNodes(RoomParts parts) {
        this.parts = parts;
        this.line = parts.calls().lane().line("rooms");
        this.beat = new PresenceBeat(line, parts.common().time(), parts.scheduler());
    }

    /** What a node answered last about a room. */
    private record Seen(String node, RoomId room) {}

    /** What runs here, and what is to be done about it by order of others. */
    interface Here {

        /** Those who are in. */
        List<PresenceBeat.Fact> facts();

        /**
         * Does what another node wishes.
         *
         * @param isAimed whether that one knows that it is here
         * @return empty where it is not about anybody here, and not aimed either
         */
        Optional<List<ParticipantStatus>> answer(Wish wish, boolean isAimed);

        /** Another node took this one for dead, and that viewer for gone. */
        void givenUp(String participant);

        /** It is stored that somebody is in, and no node says that they are by it. */
        void doubted(Participant stored);

        /** The node of a viewer is dead. May block. */
        void lost(PresenceBeat.Fact fact);
    }

    /** Begins to answer and to tell; where there are other nodes. */
    void begin(Here here) {
        if (line == null) {
            return;
        }
        this.here = here;
        line.serve(new NodeExchange.Service() {
            @Override
            public void asked(byte[] question, Consumer<byte[]> answer) {
                if (question.length == 0) {
                    // whether anybody is there
                    answer.accept(question);
                } else {
                    parts.scheduler().after(Duration.ZERO, () -> answered(question, here, answer));
                }
            }

            @Override
            public void heard(String node, byte[] news) {
                beat.heard(node, news, here);
            }
        });
        beat.begin(here);
    }

    void end() {
        ended = true;
        beat.end();
    }

    private static void answered(byte[] bytes, Here here, Consumer<byte[]> answer) {
        try {
            var isAimed = bytes[0] == 1;
            var wish = RoomWire.wish(Arrays.copyOfRange(bytes, 1, bytes.length));
            here.answer(wish, isAimed).map(RoomWire::answer).ifPresent(answer);
        } catch (LivemeterException e) {
            answer.accept(RoomWire.failed(e));
        } catch (UncheckedIOException e) {
            log.warn("What another node asks about rooms is not understood: {}", e.getMessage());
        }
    }

    private static byte[] question(Wish wish, boolean isAimed) {
        return NodeWire.written(out -> {
            out.writeBoolean(isAimed);
            out.write(RoomWire.written(wish));
        });
    }

    /** A viewer is in by this node. */
    void entered(Participant participant) {
        beat.entered(PresenceBeat.Fact.of(participant));
    }

    /** And no more. */
    void left(Participant participant) {
        beat.left(PresenceBeat.Fact.of(participant));
    }

    /** Whether another node says that it let that viewer in. Asks nobody. */
    boolean isIn(RoomId room, UserId viewer) {
        return beat.nodeOf(room, viewer).isPresent();
    }

    /** Whether another node says that it runs that presence. Asks nobody. */
    boolean runs(String participant) {
        return beat.runs(participant);
    }

    boolean areThere() {
        return line != null;
    }

    /**
     * Asks the node that let a viewer in, or all where it is stored that somebody did.
     *
     * @return empty where no other node did
     * @throws LivemeterException {@code room.node_unreachable}, or what was thrown there
     */
    Optional<ParticipantStatus> ask(Wish wish, UserId viewer) {
        if (line == null) {
            return Optional.empty();
        }
        var node = beat.nodeOf(wish.room(), viewer).orElse(null);
        var stored = node == null ? stored(wish.room(), viewer) : null;
        if (node == null && stored == null) {
            return Optional.empty();
        }
        if (node == null ? beat.isDeaf() : beat.isSilent(node)) {
            // Who waits for an answer has a thread that others need.
            throw unreachable(wish.room(), viewer, null);
        }
        try {
            var answer = line.ask(node, question(wish, node != null));
            if (node != null) {
                beat.alive(node);
            }
            return RoomWire.statuses(answer).stream().findFirst();
        } catch (NoAnswerException e) {
            var own = here;
            if (stored != null && own != null) {
                own.doubted(stored);
            }
            throw unreachable(wish.room(), viewer, e);
        }
    }

    private static LivemeterException unreachable(RoomId room, UserId viewer, @Nullable NoAnswerException cause) {
        return new LivemeterException(
                "room.node_unreachable",
                viewer + " came into the room " + room
                        + " by another node, which does not answer now; try again in a moment.",
                true,
                cause);
    }

    private @Nullable Participant stored(RoomId room, UserId viewer) {
        return parts.store()
                .present(room, viewer)
                .filter(one -> !beat.isOwn(one.id()))
                .orElse(null);
    }

    /**
     * Looks for a viewer who is stored as present, and not by this node.
     *
     * @return empty where no node says that it let them in
     * @throws LivemeterException {@code room.node_unreachable}, where one is known to have, or none could be heard
     */
    Optional<ParticipantStatus> find(RoomId room, UserId viewer) {
        var wish = new Wish.Status(room, viewer);
        if (line == null || isIn(room, viewer)) {
            return ask(wish, viewer);
        }
        if (beat.isDeaf()) {
            throw unreachable(room, viewer, null);
        }
        try {
            return RoomWire.statuses(line.ask(null, question(wish, false))).stream()
                    .findFirst();
        } catch (NoAnswerException nobody) {
            return Optional.empty();
        }
    }

    /**
     * The viewers of other nodes.
     *
     * @param areFresh whether each of these nodes answered now
     */
    record Others(List<ParticipantStatus> viewers, boolean areFresh) {}

    /** Tells each node what the broadcaster's client said; those that do not answer in time are shown as they were. */
    Others sent(Wish.Sent sent) {
        var answers = new ArrayList<ParticipantStatus>();
        var asked = new LinkedHashMap<String, CompletableFuture<byte[]>>();
        if (line != null) {
            for (var node : beat.nodesOf(sent.room())) {
                asked.put(node, line.begin(node, question(sent, true)).toCompletableFuture());
            }
        }
        var deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SENT_MILLIS);
        var areFresh = true;
        for (var one : asked.entrySet()) {
            var key = new Seen(one.getKey(), sent.room());
            var fresh = fresh(key, one.getValue(), deadline);
            fresh.ifPresent(viewers -> seen.put(key, viewers));
            answers.addAll(seen.getOrDefault(key, List.of()));
            areFresh &= fresh.isPresent();
        }
        seen.keySet().removeIf(old -> old.room().equals(sent.room()) && !asked.containsKey(old.node()));
        return new Others(answers, areFresh);
    }

    private Optional<List<ParticipantStatus>> fresh(Seen key, CompletableFuture<byte[]> answer, long deadline) {
        // One that is silent is told too, and not waited for.
        var left = beat.isSilent(key.node()) ? 0 : deadline - System.nanoTime();
        try {
            var viewers = RoomWire.statuses(answer.get(left, TimeUnit.NANOSECONDS));
            beat.alive(key.node());
            return Optional.of(viewers);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.debug("A node did not say in time who is in the room {}.", key.room());
        }
        return Optional.empty();
    }

    /** Forgets what nodes answered that have nobody in the room any more. */
    void tidy() {
        seen.keySet().removeIf(old -> !beat.nodesOf(old.room()).contains(old.node()));
    }

    /** Ends presences on other nodes, at once or as soon as these answer, for as long as they are believed, or stored, to be there. */
    void end(Wish.End end) {
        if (line == null || ended) {
            return;
        }
        var viewer = end.viewer();
        var nodes = viewer == null
                ? beat.nodesOf(end.room())
                : beat.nodeOf(end.room(), viewer).stream().toList();
        var isDone = true;
        for (var node : nodes) {
            isDone &= !beat.isSilent(node) && isAnswered(line, node, question(end, true));
        }
        if (viewer != null && nodes.isEmpty() && stored(end.room(), viewer) != null) {
            isDone = !beat.isDeaf() && isAnswered(line, null, question(end, false));
        }
        if (!isDone) {
            log.debug("A node is to end presences in the room {}, and does not answer; trying again.", end.room());
            parts.scheduler().after(END_AGAIN, () -> end(end));
        }
    }

    private static boolean isAnswered(NodeLine line, @Nullable String node, byte[] question) {
        try {
            line.ask(node, question);
            return true;
        } catch (NoAnswerException e) {
            return false;
        }
    }

    /** The rooms that a viewer is in by other nodes. */
    List<RoomId> roomsOf(UserId viewer) {
        return beat.roomsOf(viewer);
    }

    /** Whether nobody runs a presence is found out, where others can be heard at all; only then it is told. Returns at once. */
    void ifNobodyRuns(Participant participant, Runnable then) {
        if (line != null) {
            var wish = new Wish.Status(participant.room(), participant.viewer());
            beat.ifSilent(null, question(wish, false), then);
        }
    }
}

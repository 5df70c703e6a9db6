package dev.livemeter.room;

import dev.livemeter.identity.UserId;
import dev.livemeter.node.NodeLine;
import dev.livemeter.node.NodeWire;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other nodes who is in rooms by this one, as long as somebody is, and notices when one of them dies: it is silent for some seconds, does not answer, and what joins the nodes still works, for this
 * node hears itself. Thread-safe.
 */
final class PresenceBeat {

    private static final Logger log = LoggerFactory.getLogger(PresenceBeat.class);

    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int ALL_EVERY = 5;

    /** Longer than two repeats of all, so that one may be lost. */
    private static final Duration BELIEVE = Duration.ofSeconds(13);

    private static final Duration SILENCE = Duration.ofSeconds(4);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final int TOGETHER = 500;
    private static final byte[] ANYBODY = {};

    private final @Nullable NodeLine line;
    private final TimeSource time;
    private final Scheduler scheduler;
    private final Map<String, Fact> own = new ConcurrentHashMap<>();
    private final Map<String, Told> elsewhere = new ConcurrentHashMap<>();
    private final Map<String, Long> heard = new ConcurrentHashMap<>();
    private final Set<String> doubted = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;
    private int beats;

    PresenceBeat(@Nullable NodeLine line, TimeSource time, Scheduler scheduler) {
        this.line = line;
        this.time = time;
        this.scheduler = scheduler;
    }

    /** That a viewer is in a room. */
    record Fact(String participant, String room, String viewer) {

        static Fact of(Participant participant) {
            return new Fact(
                    participant.id(),
                    participant.room().value(),
                    participant.viewer().value());
        }
    }

    private record Told(String node, Fact fact, long nanos) {}

    private enum News {
        /** They are in. */
        IN,
        /** They are in no more. */
        OUT,
        /** Who tells it holds the other node for dead, and them for gone. */
        GIVEN_UP
    }

    void begin(RoomNodes.Here here) {
        scheduler.after(EVERY, () -> beat(here));
    }

    void end() {
        ended = true;
    }

    void entered(Fact fact) {
        own.put(fact.participant(), fact);
        tell(News.IN, List.of(fact));
    }

    void left(Fact fact) {
        if (own.remove(fact.participant()) != null) {
            tell(News.OUT, List.of(fact));
        }
    }

    /** Whether this node let that viewer in. */
    boolean isOwn(String participant) {
        return own.containsKey(participant);
    }

    private void tell(News news, List<Fact> facts) {
        if (line != null) {
            line.tell(NodeWire.written(out -> {
                out.writeUTF(news.name());
                out.writeInt(facts.size());
                for (var fact : facts) {
                    out.writeUTF(fact.participant());
                    out.writeUTF(fact.room());
                    out.writeUTF(fact.viewer());
                }
            }));
        }
    }

    void heard(String node, byte[] bytes, RoomNodes.Here here) {
        NodeWire.read(bytes, in -> {
            heard.put(node, time.nanoTime());
            var news = News.valueOf(in.readUTF());
            for (var left = in.readInt(); left > 0; left--) {
                var fact = new Fact(in.readUTF(), in.readUTF(), in.readUTF());
                switch (news) {
                    case IN -> elsewhere.put(fact.participant(), new Told(node, fact, time.nanoTime()));
                    case OUT -> elsewhere.remove(fact.participant());
                    case GIVEN_UP -> {
                        elsewhere.remove(fact.participant());
                        if (isOwn(fact.participant())) {
                            scheduler.after(Duration.ZERO, () -> here.givenUp(fact.participant()));
                        }
                    }
                }
            }
            return true;
        });
    }

    private void beat(RoomNodes.Here here) {
        if (ended) {
            return;
        }
        try {
            tellOwn(here);
            for (var node : nodes()) {
                if (isSilent(node) && doubted.add(node)) {
                    ifSilent(node, ANYBODY, () -> lose(node, here));
                    scheduler.after(ANSWER.multipliedBy(2), () -> doubted.remove(node));
                }
            }
            forgetOld();
        } catch (RuntimeException e) {
            log.warn("Other nodes could not be told who is in rooms ({}); trying again.", e.getMessage());
        }
        scheduler.after(EVERY, () -> beat(here));
    }

    private void tellOwn(RoomNodes.Here here) {
        if (own.isEmpty()) {
            return;
        }
        // In between it is enough to be heard.
        var all = beats++ % ALL_EVERY == 0 ? here.facts() : List.<Fact>of();
        for (var from = 0; from == 0 || from < all.size(); from += TOGETHER) {
            tell(News.IN, all.subList(from, Math.min(all.size(), from + TOGETHER)));
        }
    }

    private Set<String> nodes() {
        var nodes = ConcurrentHashMap.<String>newKeySet();
        elsewhere.values().forEach(told -> nodes.add(told.node()));
        return nodes;
    }

    private boolean isSilent(String node) {
        return time.nanoTime() - heard.getOrDefault(node, 0L) > SILENCE.toNanos();
    }

    /** What a node that lives does not tell again is no more. */
    private void forgetOld() {
        var now = time.nanoTime();
        elsewhere.values().removeIf(told -> now - told.nanos() > BELIEVE.toNanos() && !isSilent(told.node()));
    }

    /**
     * Asks, and does something if no answer comes within two seconds although this node hears itself. Returns at once.
     *
     * @param node null for all
     */
    void ifSilent(@Nullable String node, byte[] question, Runnable then) {
        if (line == null) {
            return;
        }
        var answered = new AtomicBoolean();
        var echoed = new AtomicBoolean();
        var unused = line.begin(node, question).thenRun(() -> {
            answered.set(true);
            if (node != null) {
                heard.put(node, time.nanoTime());
            }
        });
        var unusedToo = line.begin(line.node(), ANYBODY).thenRun(() -> echoed.set(true));
        scheduler.after(ANSWER, () -> {
            if (!answered.get() && echoed.get() && !ended) {
                then.run();
            }
        });
    }

    private void lose(String node, RoomNodes.Here here) {
        if (!isSilent(node)) {
            return;
        }
        var lost = new ArrayList<Fact>();
        elsewhere.values().removeIf(told -> told.node().equals(node) && lost.add(told.fact()));
        heard.remove(node);
        if (!lost.isEmpty()) {
            log.warn("The node {} is gone; {} viewers that it had let into rooms have left.", node, lost.size());
            tell(News.GIVEN_UP, lost);
            lost.forEach(here::lost);
        }
    }

    /** The node that let a viewer in, if that is another one. */
    Optional<String> nodeOf(RoomId room, UserId viewer) {
        return elsewhere.values().stream()
                .filter(told -> told.fact().room().equals(room.value())
                        && told.fact().viewer().equals(viewer.value()))
                .map(Told::node)
                .findFirst();
    }

    /** The other nodes that let somebody into a room. */
    List<String> nodesOf(RoomId room) {
        return elsewhere.values().stream()
                .filter(told -> told.fact().room().equals(room.value()))
                .map(Told::node)
                .distinct()
                .toList();
    }

    /** The rooms that a viewer is in by other nodes. */
    List<RoomId> roomsOf(UserId viewer) {
        return elsewhere.values().stream()
                .filter(told -> told.fact().viewer().equals(viewer.value()))
                .map(told -> new RoomId(told.fact().room()))
                .distinct()
                .toList();
    }

    boolean runs(String participant) {
        return elsewhere.containsKey(participant);
    }
}

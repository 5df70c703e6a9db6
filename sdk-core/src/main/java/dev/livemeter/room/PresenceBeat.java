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

    /** A node that cannot hear may still be heard; so long it is told again whom the others hold for gone. */
    private static final Duration GIVEN_UP_FOR = Duration.ofMinutes(1);

    private static final byte[] ANYBODY = {};

    private final @Nullable NodeLine line;
    private final TimeSource time;
    private final Scheduler scheduler;
    private final Map<String, Fact> own = new ConcurrentHashMap<>();
    private final Map<String, Told> elsewhere = new ConcurrentHashMap<>();
    private final Map<String, Long> heard = new ConcurrentHashMap<>();
    private final Map<String, Long> givenUp = new ConcurrentHashMap<>();
    private final Set<String> doubted = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;
    private volatile boolean deaf;
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
        GIVEN_UP,
        /** Who tells it has just begun, and knows of nobody yet. */
        WHO
    }

    void begin(RoomNodes.Here here) {
        // Else it would know of the viewers of others only when these repeat it.
        scheduler.after(Duration.ZERO, () -> tell(News.WHO, List.of()));
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
            alive(node);
            var news = News.valueOf(in.readUTF());
            var gone = new ArrayList<Fact>();
            for (var left = in.readInt(); left > 0; left--) {
                var fact = new Fact(in.readUTF(), in.readUTF(), in.readUTF());
                switch (news) {
                    case IN -> {
                        if (givenUp.replace(fact.participant(), time.nanoTime()) == null) {
                            elsewhere.put(fact.participant(), new Told(node, fact, time.nanoTime()));
                        } else {
                            gone.add(fact);
                        }
                    }
                    case OUT -> elsewhere.remove(fact.participant());
                    case GIVEN_UP -> {
                        elsewhere.remove(fact.participant());
                        if (isOwn(fact.participant())) {
                            scheduler.after(Duration.ZERO, () -> here.givenUp(fact.participant()));
                        } else {
                            givenUp.put(fact.participant(), time.nanoTime());
                        }
                    }
                    case WHO -> {
                        // is about nobody
                    }
                }
            }
            if (news == News.WHO) {
                scheduler.after(Duration.ZERO, () -> tellAll(here.facts()));
            }
            if (!gone.isEmpty()) {
                // It could not hear it when it was told.
                scheduler.after(Duration.ZERO, () -> tell(News.GIVEN_UP, gone));
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
            if (deaf) {
                listen();
            }
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
        tellAll(beats++ % ALL_EVERY == 0 ? here.facts() : List.of());
    }

    private void tellAll(List<Fact> all) {
        for (var from = 0; from == 0 || from < all.size(); from += TOGETHER) {
            tell(News.IN, all.subList(from, Math.min(all.size(), from + TOGETHER)));
        }
    }

    private Set<String> nodes() {
        var nodes = ConcurrentHashMap.<String>newKeySet();
        elsewhere.values().forEach(told -> nodes.add(told.node()));
        return nodes;
    }

    /** Whether nothing was heard of a node for some seconds. */
    boolean isSilent(String node) {
        var last = heard.get(node);
        return last == null || time.nanoTime() - last > SILENCE.toNanos();
    }

    /** Whether this node did not hear itself the last time, and nobody else since. */
    boolean isDeaf() {
        return deaf;
    }

    /** Something was heard of a node. */
    void alive(String node) {
        heard.put(node, time.nanoTime());
        deaf = false;
    }

    private void listen() {
        if (line != null) {
            var unused = line.begin(line.node(), ANYBODY).thenRun(() -> deaf = false);
        }
    }

    /** What a node that lives does not tell again is no more. */
    private void forgetOld() {
        var now = time.nanoTime();
        elsewhere.values().removeIf(told -> now - told.nanos() > BELIEVE.toNanos() && !isSilent(told.node()));
        givenUp.values().removeIf(since -> now - since > GIVEN_UP_FOR.toNanos());
        var nodes = nodes();
        heard.entrySet().removeIf(one -> now - one.getValue() > BELIEVE.toNanos() && !nodes.contains(one.getKey()));
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
                alive(node);
            }
        });
        var unusedToo = line.begin(line.node(), ANYBODY).thenRun(() -> echoed.set(true));
        scheduler.after(ANSWER, () -> {
            deaf = !echoed.get();
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
            lost.forEach(fact -> givenUp.put(fact.participant(), time.nanoTime()));
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

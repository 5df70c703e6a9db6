package dev.livemeter.fleet;

import dev.livemeter.node.NodeWire;
import dev.livemeter.spi.NodeExchange;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nodes with one fleet say to each other: by the ways of all its hosts at once, as any of them may be away, and taken once however often it comes. Each message has a number of its own for that. The fleet's
 * own words go the same ways beside those of who is served. Thread-safe.
 */
final class FleetNodes implements NodeExchange {

    private static final Logger log = LoggerFactory.getLogger(FleetNodes.class);

    /** So many messages are known to have come already; the ways of one fleet differ by seconds at most. */
    static final int REMEMBERED = 1_000;

    private final String node;
    private final List<NodeExchange> ways;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, CompletableFuture<byte[]>> came = new LinkedHashMap<>();
    private volatile @Nullable Service service;
    private volatile Consumer<byte[]> fleet = words -> {};

    /** Whose words they are. */
    private enum For {
        SERVED,
        FLEET
    }

    /** What came, once it was read. */
    private static final class Said {

        private final String number;
        private final For whom;
        private final byte[] content;

        private Said(String number, For whom, byte[] content) {
            this.number = number;
            this.whom = whom;
            this.content = content;
        }

        static Said read(byte[] bytes) {
            return NodeWire.read(bytes, Said::read);
        }

        private static Said read(DataInputStream in) throws IOException {
            return new Said(in.readUTF(), For.valueOf(in.readUTF()), in.readAllBytes());
        }
    }

    /**
     * @param node a name that no other node has
     */
    FleetNodes(String node, List<NodeExchange> ways) {
        this.node = node;
        this.ways = List.copyOf(ways);
    }

    /** Hears what comes from now on. */
    void begin(Consumer<byte[]> ofFleet) {
        fleet = ofFleet;
        var all = new Incoming();
        ways.forEach(way -> way.serve(all));
    }

    String node() {
        return node;
    }

    @Override
    public void serve(Service by) {
        service = by;
    }

    @Override
    public CompletionStage<byte[]> ask(@Nullable String of, byte[] question) {
        var answer = new CompletableFuture<byte[]>();
        var said = numbered(For.SERVED, question);
        for (var way : ways) {
            var ignored = way.ask(of, said).thenAccept(answer::complete);
        }
        return answer;
    }

    @Override
    public void tell(byte[] news) {
        tell(For.SERVED, news);
    }

    /** Tells the fleets of all other nodes. */
    void tellFleets(byte[] words) {
        tell(For.FLEET, words);
    }

    private void tell(For whom, byte[] news) {
        var said = numbered(whom, news);
        ways.forEach(way -> way.tell(said));
    }

    private byte[] numbered(For whom, byte[] content) {
        return NodeWire.written(out -> {
            out.writeUTF(node + "-" + numbers.incrementAndGet());
            out.writeUTF(whom.name());
            out.write(content);
        });
    }

    /** The answer to a message: a new one where it never came, which whoever asks has to complete. */
    private Answer answer(String number) {
        synchronized (came) {
            var known = came.get(number);
            if (known != null) {
                return new Answer(known, false);
            }
            var fresh = new CompletableFuture<byte[]>();
            came.put(number, fresh);
            if (came.size() > REMEMBERED) {
                var oldest = came.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
            return new Answer(fresh, true);
        }
    }

    private record Answer(CompletableFuture<byte[]> given, boolean fresh) {}

    private final class Incoming implements Service {

        @Override
        public void asked(byte[] question, Consumer<byte[]> answer) {
            take(question, said -> {
                var to = service;
                var mine = answer(said.number);
                if (mine.fresh() && to != null) {
                    to.asked(said.content, mine.given()::complete);
                }
                var ignored = mine.given().thenAccept(answer);
            });
        }

        @Override
        public void heard(String from, byte[] news) {
            take(news, said -> {
                if (!answer(said.number).fresh()) {
                    return;
                }
                var to = service;
                if (said.whom == For.FLEET) {
                    fleet.accept(said.content);
                } else if (to != null) {
                    to.heard(from, said.content);
                }
            });
        }

        private void take(byte[] bytes, Consumer<Said> then) {
            try {
                then.accept(Said.read(bytes));
            } catch (RuntimeException e) {
                log.warn("What another node says is not understood ({}); do all run the same version?", e.toString());
            }
        }
    }
}

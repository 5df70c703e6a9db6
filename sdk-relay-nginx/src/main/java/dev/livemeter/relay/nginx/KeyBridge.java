package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to destinations whose location is longer than nginx takes (decision record 0037). nginx pushes to us under a ticket that is good once; we connect to the server, put its names and key
 * in place of the ticket, and pass everything else on as it is. Little waits here: what a server does not take, nginx does not get rid of. Thread-safe.
 */
final class KeyBridge implements PushResolver.Bridge, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KeyBridge.class);

    /** Pushes at a time; each has two threads. */
    static final int MOST = 64;

    /** By then nginx is here: it may have to be reached first. */
    static final Duration TICKET_GOOD_FOR = Duration.ofSeconds(20);

    /** By then it has published, or the server makes no haste. */
    static final Duration PUBLISHED_WITHIN = Duration.ofSeconds(10);

    /** Longer than it takes to find that a server hangs, and to leave it. */
    static final Duration STUCK = Duration.ofSeconds(20);

    private static final Duration TEND = Duration.ofSeconds(5);
    private static final int BACKLOG = 64;

    /** What waits here is hidden from nginx. */
    private static final int RECEIVE_BYTES = 64 * 1024;

    /** nginx wants a name to publish by as well. */
    private static final String STREAM = "push";

    private static final char BETWEEN = '-';

    private final TimeSource time;
    private final Scheduler scheduler;
    private final BridgeWay way;
    private final Tls tls;
    private final IntSupplier port;
    private final @Nullable ServerSocket door;
    private final Tickets<Onward> tickets = new Tickets<>();
    private final AtomicLong numbers = new AtomicLong();
    private final Semaphore places = new Semaphore(MOST);
    private final Set<BridgedPush> pushes = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private KeyBridge(
            TimeSource time,
            Scheduler scheduler,
            BridgeWay way,
            Tls tls,
            IntSupplier port,
            @Nullable ServerSocket door) {
        this.time = time;
        this.scheduler = scheduler;
        this.way = way;
        this.tls = tls;
        this.port = port;
        this.door = door;
    }

    /** One with a port of its own on loopback; nginx encrypts. */
    static KeyBridge onLoopback(TimeSource time, Scheduler scheduler) {
        try {
            var door = new ServerSocket();
            door.setReceiveBufferSize(RECEIVE_BYTES);
            door.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), BACKLOG);
            var bridge = new KeyBridge(time, scheduler, BridgeWay.plain(), Tls.OF_NGINX, door::getLocalPort, door);
            thread("livemeter-bridge", () -> bridge.accept(door)).start();
            return bridge;
        } catch (IOException e) {
            throw new LivemeterException(
                    "relay.bridge_listener",
                    "The relay could not listen on 127.0.0.1 for streams that go to long stream keys: " + e.getMessage()
                            + ". Check that the loopback interface is up and that there are free ports.",
                    true,
                    e);
        }
    }

    /**
     * One that is brought its visitors, and encrypts itself.
     *
     * @param port where nginx reaches it on its own loopback
     */
    static KeyBridge visited(TimeSource time, Scheduler scheduler, BridgeWay way, IntSupplier port) {
        return new KeyBridge(time, scheduler, way, Tls.OWN, port, null);
    }

    /** A thread of the bridge; it keeps no JVM from ending. */
    static Thread thread(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void accept(ServerSocket from) {
        while (!closed) {
            try {
                var socket = from.accept();
                socket.setTcpNoDelay(true);
                var nginx = BridgeEnd.of(socket);
                if (places.tryAcquire()) {
                    thread("livemeter-bridge-out", () -> serve(nginx)).start();
                } else {
                    nginx.close();
                }
            } catch (IOException e) {
                if (!closed) {
                    FailedAccept.told(log, "nginx could not be let in to the bridge for long stream keys", e);
                }
            }
        }
    }

    /** Serves one who came, in this thread, until they go. */
    void visit(BridgeEnd nginx) {
        if (places.tryAcquire()) {
            serve(nginx);
        } else {
            nginx.close();
        }
    }

    private void serve(BridgeEnd nginx) {
        var push = new BridgedPush(nginx, way, time, this::redeem);
        try {
            pushes.add(push);
            if (closed) {
                return;
            }
            scheduler.after(PUBLISHED_WITHIN, () -> {
                if (!push.isPublished()) {
                    push.close();
                }
            });
            tend(push);
            push.run();
        } finally {
            push.close();
            pushes.remove(push);
            places.release();
        }
    }

    private void tend(BridgedPush push) {
        scheduler.after(TEND, () -> {
            if (push.isStuckFor(STUCK)) {
                push.close();
            }
            if (!push.isOver()) {
                tend(push);
            }
        });
    }

    @Override
    public Tls tls() {
        return tls;
    }

    @Override
    public Optional<String> to(Onward onward) {
        if (closed || places.availablePermits() == 0) {
            return Optional.empty();
        }
        var number = Long.toString(numbers.incrementAndGet());
        var ticket = tickets.issue(number, onward);
        scheduler.after(TICKET_GOOD_FOR, () -> tickets.withdraw(number, ticket));
        return Optional.of("rtmp://127.0.0.1:" + port.getAsInt() + "/" + number + BETWEEN + ticket + "/" + STREAM);
    }

    /** The application that nginx asks for is the ticket, with its number. */
    private Optional<Onward> redeem(String shown) {
        var between = shown.indexOf(BETWEEN);
        return between < 0
                ? Optional.empty()
                : tickets.redeem(shown.substring(0, between), shown.substring(between + 1));
    }

    /** Its port on this machine's loopback; 0 where it has none. */
    int ownPort() {
        return door == null ? 0 : port.getAsInt();
    }

    /** How many pushes pass at this moment. */
    int size() {
        return pushes.size();
    }

    /** Ends all pushes; nobody is let in any more. Idempotent. */
    @Override
    public void close() {
        closed = true;
        pushes.forEach(BridgedPush::close);
        if (door != null) {
            try {
                door.close();
            } catch (IOException e) {
                log.debug("The bridge for long stream keys was not closed as it should be: {}.", e.getMessage());
            }
        }
    }

    @Override
    public String toString() {
        return "KeyBridge[" + pushes.size() + " pushes]";
    }
}

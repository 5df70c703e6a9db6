package dev.livemeter.relay.nginx.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Ports for servers of the tests. They lie below those that Linux gives away by itself, and each of the test JVMs that run at a time has a range of its own: so between the
 * choice and the moment when a server listens nobody else comes by.
 */
public final class TestPorts {

    private static final int FIRST = 20_000;
    private static final int OF_EACH_FORK = 1_000;

    /** Those of all modules that are tested at a time count from one. */
    private static final int MOST_FORKS = 12;

    private static final int FORK = fork() % MOST_FORKS;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(OF_EACH_FORK));

    private TestPorts() {}

    /** 0 where nobody numbered it. */
    private static int fork() {
        var name = System.getProperty("livemeter.test.fork", "fork-0");
        return Integer.parseInt(name.substring(name.indexOf('-') + 1));
    }

    /** One that nobody listens on. */
    public static int free() {
        return free(1);
    }

    /** The first of so many in a row. */
    public static int free(int inARow) {
        while (true) {
            var from = NEXT.getAndAdd(inARow) % OF_EACH_FORK;
            var first = FIRST + FORK * OF_EACH_FORK + from;
            if (from + inARow <= OF_EACH_FORK
                    && IntStream.range(first, first + inARow).allMatch(TestPorts::isFree)) {
                return first;
            }
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            // A port that was left a moment ago may be used again; nginx thinks so, too.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}

package dev.livemeter.tools;

import dev.livemeter.LivemeterException;
import dev.livemeter.http.jetty.SignalingPort;
import dev.livemeter.signaling.OpenDoor;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.signaling.redis.RedisSignalingBus;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Signaling in a process of its own: {@code bin/signaling}. */
public final class SignalingCommand {

    /** All addresses of the machine, by IPv6 and IPv4. */
    private static final String EVERYWHERE = "::";

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * A command.
     *
     * @param environment where options may be
     * @param out READY and help
     * @param err why it could not begin
     */
    SignalingCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs until the process is told to end; then closes the connections one after the other.
     *
     * @param arguments the command line; see {@code bin/signaling --help}
     * @throws InterruptedException where the thread is interrupted
     */
    public static void main(String[] arguments) throws InterruptedException {
        var code = new SignalingCommand(System.getenv(), System.out, System.err).run(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** The exit code; 2 if it could not begin. */
    int run(String... arguments) throws InterruptedException {
        try {
            var options = SignalingCommandOptions.parse(environment, arguments);
            if (options.help()) {
                out.println(SignalingCommandOptions.usage());
                return 0;
            }
            serve(options);
            return 0;
        } catch (IllegalArgumentException | LivemeterException e) {
            err.println(e.getMessage());
            return 2;
        }
    }

    private void serve(SignalingCommandOptions options) throws InterruptedException {
        var builder = SignalingServer.builder().options(options.signaling());
        if (options.logPeers()) {
            builder.authority(new OpenDoor(new PeerLog(err, InstantSource.system())));
        }
        if (!options.redis().isEmpty()) {
            builder.cluster(RedisSignalingBus.at(options.redis()));
        }
        var signaling = builder.build();
        try (signaling;
                var port = SignalingPort.open(signaling, address(options.host()), options.port())) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> end(signaling, port, options.drain()), "livemeter-shutdown"));
            out.println("READY " + port.url());
            out.flush();
            port.join();
        }
    }

    /** All addresses, as PeerServer listens on them, are those of IPv4 where there is no IPv6. */
    private String address(String host) {
        if (!host.equals(EVERYWHERE) || hasIpv6()) {
            return host;
        }
        err.println("This machine has no IPv6, so :: cannot be listened on; it is 0.0.0.0 instead.");
        return "0.0.0.0";
    }

    private static boolean hasIpv6() {
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
            socket.bind(new InetSocketAddress(EVERYWHERE, 0));
            return true;
        } catch (UnsupportedOperationException | UnsupportedAddressTypeException | IOException none) {
            // as the JVM says so, where it was told to use IPv4 alone or knows no other, and as the kernel does
            return false;
        }
    }

    private static void end(SignalingServer signaling, SignalingPort port, Duration drain) {
        try {
            signaling.drain(drain).get(drain.toMillis() + 2_000, TimeUnit.MILLISECONDS);
            // for the goodbyes to be answered
            Thread.sleep(Math.min(200, drain.toMillis()));
        } catch (InterruptedException | ExecutionException | TimeoutException hurried) {
            // the process ends all the same
        } finally {
            port.close();
            signaling.close();
            // What SIGTERM asked for is done: without this the process would end with 143, as one that was killed.
            Runtime.getRuntime().halt(0);
        }
    }
}

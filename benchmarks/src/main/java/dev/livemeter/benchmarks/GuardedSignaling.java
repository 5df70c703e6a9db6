package dev.livemeter.benchmarks;

import dev.livemeter.http.jetty.SignalingPort;
import dev.livemeter.signaling.SignalingLimits;
import dev.livemeter.signaling.SignalingOptions;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.signaling.redis.RedisSignalingBus;
import dev.livemeter.tools.PeerLog;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;

/** Our signaling as a host runs it, in a process of its own: with an authority that checks tokens and says who may call whom, a list of origins, all limits, and a log of who comes and goes. */
public final class GuardedSignaling {

    /** Where the pages of the measured clients come from. */
    static final String ORIGIN = "https://live.example";

    private static final int MOST_PEERS = 20_000;

    /** Higher than the load. */
    private static final int MANY = 1_000_000_000;

    private GuardedSignaling() {}

    /**
     * Runs until it is killed.
     *
     * @param arguments the file of the log; and the Redis that joins nodes, where there are several
     * @throws IOException where the log cannot be written
     * @throws InterruptedException where the thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (var log = new PrintStream(new FileOutputStream(arguments[0]), true, StandardCharsets.UTF_8)) {
            var time = InstantSource.system();
            var usual = SignalingLimits.defaults();
            var limits = new SignalingLimits(
                    usual.messageBytes(),
                    usual.queueBytes(),
                    usual.queueMessages(),
                    usual.queueBytesOfAll(),
                    usual.waitingBytesPerPeer(),
                    usual.waitingMessagesPerPeer(),
                    usual.waitingBytes(),
                    MANY,
                    MANY,
                    MOST_PEERS,
                    MANY);
            var builder = SignalingServer.builder()
                    .options(SignalingOptions.builder()
                            .mostPeers(MOST_PEERS)
                            .origins(List.of("https://www.example", ORIGIN))
                            .limits(limits)
                            .build())
                    .authority(new PairedDoor(new SignalingTokens(), time, new PeerLog(log, time)));
            if (arguments.length > 1) {
                builder.cluster(RedisSignalingBus.at(arguments[1]));
            }
            try (var signaling = builder.build();
                    var port = SignalingPort.open(signaling, "127.0.0.1", 0)) {
                System.out.println("READY " + port.url());
                System.out.flush();
                port.join();
            }
        }
    }
}

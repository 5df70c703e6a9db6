package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** An nginx that goes on when this process ends, and that the next one finds again by its pid file and its command line. */
final class NginxDaemon implements NginxProcess {

    private static final Duration START_PATIENCE = Duration.ofSeconds(5);
    private static final long PROBE_MILLIS = 20;

    private final NginxConf conf;
    private final ProcessHandle master;
    private final LogTail log;

    private NginxDaemon(NginxConf conf, ProcessHandle master, LogTail log) {
        this.conf = conf;
        this.master = master;
        this.log = log;
    }

    /**
     * Starts one; it goes into the background by itself.
     *
     * @throws LivemeterException {@code relay.port_in_use}, {@code relay.not_started}, {@code relay.nginx_missing}
     */
    static NginxDaemon start(NginxConf conf, NginxLog log) {
        var tail = LogTail.fromTheEnd(conf.logFile(), log);
        try {
            launch(conf);
            return new NginxDaemon(conf, awaitMaster(conf), tail);
        } catch (RuntimeException e) {
            tail.close();
            throw e;
        }
    }

    /** nginx's starter ends when nginx listens; it must not share a pipe with us, which nginx would hold open. */
    private static void launch(NginxConf conf) {
        var said = conf.directory().resolve("nginx.start");
        try {
            var starter = new ProcessBuilder(NginxChild.command(conf, conf.file()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(said.toFile())
                    .start();
            starter.getOutputStream().close();
            if (starter.waitFor() == 0) {
                Files.deleteIfExists(said);
                return;
            }
        } catch (IOException e) {
            throw NginxChild.cannotRun(conf, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LivemeterException("relay.interrupted", "The start of the relay was interrupted.", true, e);
        }
        var words =
                textOf(said).orElse("").lines().limit(5).map(NginxLog::redacted).collect(Collectors.joining(" / "));
        throw new LivemeterException(
                words.contains("Address already in use") ? "relay.port_in_use" : "relay.not_started",
                "nginx did not start; it said: " + words + ". Its configuration is " + conf.file() + ".",
                true,
                null);
    }

    /** One of an earlier process, if it runs. */
    static Optional<NginxDaemon> find(NginxConf conf, NginxLog log) {
        return LeftOver.find(conf.pidFile(), conf.file())
                .map(master -> new NginxDaemon(conf, master, LogTail.fromTheEnd(conf.logFile(), log)));
    }

    private static ProcessHandle awaitMaster(NginxConf conf) {
        var deadline = System.nanoTime() + START_PATIENCE.toNanos();
        try {
            while (System.nanoTime() < deadline) {
                var master = LeftOver.find(conf.pidFile(), conf.file());
                if (master.isPresent()) {
                    return master.get();
                }
                Thread.sleep(PROBE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LivemeterException("relay.interrupted", "The start of the relay was interrupted.", true, e);
        }
        throw new LivemeterException(
                "relay.not_started",
                "nginx went into the background and is not there; its log is " + conf.logFile() + ".",
                true,
                null);
    }

    @Override
    public CompletableFuture<Void> onExit() {
        return master.onExit().thenAccept(gone -> {});
    }

    @Override
    public boolean isAlive() {
        return master.isAlive();
    }

    @Override
    public void stop() {
        LeftOver.stop(conf.pidFile(), conf.file());
        log.close();
    }

    @Override
    public void release() {
        log.close();
    }

    /** The text that it was started with, or took last; empty where there is none. */
    static Optional<String> textOf(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException none) {
            return Optional.empty();
        }
    }
}

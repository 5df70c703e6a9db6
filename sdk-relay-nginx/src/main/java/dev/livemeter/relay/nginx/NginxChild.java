package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * nginx as a child that does not outlive its parent. Between the two stands a small shell script that holds one end of a pipe:
 * when the other end closes, be it by {@link #stop()} or because the JVM was killed, it ends nginx.
 */
final class NginxChild implements NginxProcess {

    /**
     * Starts nginx as the head of a process group of its own, so that a worker whose master was killed can still be found. Ends it gently,
     * and after two seconds by force. The folder of the gate, where nothing is ever written without a grace, goes with it.
     */
    private static final String SUPERVISOR = """
            exec 3<&0
            gate=$1
            shift
            if command -v setsid >/dev/null 2>&1; then
              setsid "$@" </dev/null 3<&- &
            else
              "$@" </dev/null 3<&- &
            fi
            nginx=$!
            (
              read -r nothing <&3
              kill -TERM "$nginx"
              tenths=0
              while kill -0 "$nginx" && [ "$tenths" -lt 20 ]; do
                sleep 0.1
                tenths=$((tenths + 1))
              done
              kill -KILL "-$nginx" || kill -KILL "$nginx"
            ) >/dev/null 2>&1 &
            watcher=$!
            wait "$nginx"
            code=$?
            kill "$watcher" >/dev/null 2>&1
            kill -KILL "-$nginx" >/dev/null 2>&1
            rmdir "$gate" >/dev/null 2>&1
            exit "$code"
            """;

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final Process supervisor;

    private NginxChild(Process supervisor) {
        this.supervisor = supervisor;
    }

    /**
     * Has nginx look at a configuration.
     *
     * @throws LivemeterException {@code relay.config_refused}
     */
    static void test(NginxConf conf) {
        test(conf, conf.file());
    }

    /** The same of a file that is not in force yet. */
    static void test(NginxConf conf, Path file) {
        order(conf, file, List.of("-t"));
    }

    /** Has the running nginx read its configuration anew; whether it took it shows later. */
    static void reload(NginxConf conf) {
        order(conf, conf.file(), List.of("-s", "reload"));
    }

    private static void order(NginxConf conf, Path file, List<String> order) {
        var command = new java.util.ArrayList<>(command(conf, file));
        command.addAll(order);
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                var lines = output.lines().limit(5).map(NginxLog::redacted).collect(Collectors.joining(" / "));
                throw new LivemeterException(
                        "relay.config_refused",
                        "nginx refuses its configuration " + conf.file() + ": " + lines
                                + ". If nginx or its RTMP module were changed lately, check that they belong together.");
            }
        } catch (IOException e) {
            throw cannotRun(conf, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LivemeterException("relay.interrupted", "The start of the relay was interrupted.", true, e);
        }
    }

    /** Starts nginx; whether it came up shows later. */
    static NginxChild start(NginxConf conf, NginxLog log) {
        var command = new java.util.ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                SUPERVISOR,
                "livemeter-relay",
                conf.gate().place().answers().toString()));
        command.addAll(command(conf, conf.file()));
        try {
            var supervisor = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var reader = new Thread(() -> log.follow(supervisor.getErrorStream()), "livemeter-nginx-log");
            reader.setDaemon(true);
            reader.start();
            return new NginxChild(supervisor);
        } catch (IOException e) {
            throw cannotRun(conf, e);
        }
    }

    @Override
    public CompletableFuture<Void> onExit() {
        return supervisor.onExit().thenAccept(process -> {});
    }

    @Override
    public boolean isAlive() {
        return supervisor.isAlive();
    }

    @Override
    public void release() {
        stop();
    }

    @Override
    public void stop() {
        try {
            supervisor.getOutputStream().close();
        } catch (IOException alreadyGone) {
            // Then there is nobody to tell.
        }
        try {
            if (!supervisor.waitFor(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
                supervisor.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static List<String> command(NginxConf conf, Path file) {
        return List.of(
                conf.nginx().binary().toString(),
                "-e",
                conf.outlives() ? conf.logFile().toString() : "stderr",
                "-p",
                conf.directory().toString(),
                "-c",
                file.toString());
    }

    static LivemeterException cannotRun(NginxConf conf, IOException e) {
        return new LivemeterException(
                "relay.nginx_missing",
                "nginx cannot be run as " + conf.nginx().binary() + ": " + e.getMessage() + ".",
                false,
                e);
    }
}

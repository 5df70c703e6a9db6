package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a running nginx another configuration, or leaves it as it was. nginx answers orders to reload with success even where it
 * then keeps the old one, so only its own word, several times running, counts as proof. Streams that are on go on in the worker that has them.
 */
final class NginxReload {

    private static final Logger log = LoggerFactory.getLogger(NginxReload.class);
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final long PROBE_MILLIS = 15;

    /** A worker that is on its way out may answer once more, so a single answer proves little. */
    private static final int ANSWERS_RUNNING = 3;

    private final WorkDirectory directory;
    private final NginxControl control;

    NginxReload(WorkDirectory directory, NginxControl control) {
        this.directory = directory;
        this.control = control;
    }

    /**
     * Returns when it is in force.
     *
     * @throws LivemeterException {@code relay.config_refused}; {@code relay.not_reloaded}, with retryable set. The old configuration is in force then
     */
    void apply(NginxConf before, NginxConf next) {
        apply(before.render(), next);
    }

    /** The same over what another process rendered. */
    void apply(String before, NginxConf next) {
        var candidate = directory.path().resolve("nginx.candidate.conf");
        directory.write(candidate, next.render());
        try {
            NginxChild.test(next, candidate);
        } finally {
            delete(candidate);
        }
        directory.write(next.file(), next.render());
        try {
            NginxChild.reload(next);
            awaitInForce(next.run());
        } catch (RuntimeException e) {
            directory.write(next.file(), before);
            // Should nginx take the new one after all, late, this brings the old one back.
            NginxChild.reload(next);
            throw e;
        }
    }

    private void awaitInForce(String run) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        var running = 0;
        try {
            while (System.nanoTime() < deadline) {
                running = control.runs(run) ? running + 1 : 0;
                if (running == ANSWERS_RUNNING) {
                    return;
                }
                Thread.sleep(PROBE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LivemeterException("relay.interrupted", "The reload of nginx was interrupted.", true, e);
        }
        throw new LivemeterException(
                "relay.not_reloaded",
                "nginx did not take its new configuration within " + PATIENCE.toSeconds()
                        + " seconds, so the old one was put back.",
                true,
                null);
    }

    private static void delete(java.nio.file.Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.debug("The file {} could not be deleted: {}.", file, e.getMessage());
        }
    }
}

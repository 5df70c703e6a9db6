package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door between nginx's callbacks and the application, in nginx itself: while nobody answers behind it, it repeats the last answer to a heartbeat, for
 * as long as that answer allowed ({@code stale-if-error}, RFC 5861). Everything else needs a fresh answer, so nobody gets in (decision record 0012).
 *
 * @param longest how long an answer can be repeated at most
 */
record Gate(Place place, Duration longest) {

    private static final String LOOPBACK = "127.0.0.1";

    private static final Logger log = LoggerFactory.getLogger(Gate.class);

    /** Kept in memory: they change with every heartbeat, and are worth nothing after a restart of the machine. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final String PREFIX = "livemeter-gate-";

    /**
     * Where a gate is.
     *
     * @param port on loopback, where callbacks come to
     * @param answers a folder for answers to heartbeats, which hold nothing but a status; nginx gives it to its worker, whoever that is
     */
    record Place(int port, Path answers) {

        /** A new one; the folder is made. */
        static Place make(int port) {
            try {
                return new Place(
                        port,
                        Files.isWritable(MEMORY)
                                ? Files.createTempDirectory(MEMORY, PREFIX)
                                : Files.createTempDirectory(PREFIX));
            } catch (IOException e) {
                throw new LivemeterException(
                        "relay.work_directory",
                        "No folder can be made for the answers that nginx keeps while the application is away: "
                                + e.getMessage() + ".",
                        false,
                        e);
            }
        }

        /** Deletes the folder. */
        void clear() {
            if (!answers.getFileName().toString().startsWith(PREFIX) || Files.notExists(answers)) {
                return;
            }
            try (var files = Files.walk(answers)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException | UncheckedIOException e) {
                log.debug("The folder {} was not deleted: {}.", answers, e.toString());
            }
        }
    }

    int port() {
        return place.port();
    }

    /** The part outside of any server: what a heartbeat is known by. Of fields that come twice the first counts, as everywhere. */
    void renderShared(List<String> text) {
        // An answer that nobody asks for any more is of a stream that is gone.
        text.add("  proxy_cache_path " + NginxConf.quoted(place.answers()) + " keys_zone=gate:4m inactive="
                + (longest.toSeconds() + 60) + "s use_temp_path=off;");
        text.add(
                "  map $request_body $gate_client { \"~(?:^|&)clientid=(?<gate_c>[0-9]{1,18})(?:&|$)\" $gate_c; default \"\"; }");
        text.add(
                "  map $request_body $gate_call { \"~(?:^|&)call=(?<gate_k>[a-z_]{1,32})(?:&|$)\" $gate_k; default \"\"; }");
    }

    void renderServer(List<String> text, String token, int application) {
        text.add("  server {");
        text.add("    listen " + LOOPBACK + ":" + port() + ";");
        text.add("    client_max_body_size " + CallbackHandler.MOST_BYTES + ";");
        text.add("    client_body_buffer_size " + (CallbackHandler.MOST_BYTES + 1024) + ";");
        text.add("    client_body_in_single_buffer on;");
        text.add("    keepalive_timeout 0;");
        // Together less than the 3 seconds that nginx-rtmp waits.
        text.add("    proxy_connect_timeout 800ms;");
        text.add("    proxy_read_timeout 2s;");
        text.add("    proxy_redirect off;");
        text.add("    location ~ \"^/" + token + "/[a-z0-9]{1,16}/update$\" {");
        text.add("      proxy_pass http://" + LOOPBACK + ":" + application + ";");
        text.add("      proxy_cache gate;");
        text.add("      proxy_cache_methods POST;");
        text.add("      proxy_cache_key \"$uri $gate_call $gate_client\";");
        text.add("    }");
        text.add("    location = /" + token + "/slots/connect {");
        text.add("      proxy_pass http://" + LOOPBACK + ":" + application + ";");
        text.add("      proxy_read_timeout " + IdleSlots.HOLD.plusSeconds(4).toSeconds() + "s;");
        text.add("    }");
        text.add("    location /" + token + "/ { proxy_pass http://" + LOOPBACK + ":" + application + "; }");
        text.add("    location / { return 404; }");
        text.add("  }");
    }
}

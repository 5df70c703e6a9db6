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
 * @param nodes how many nodes of the application are asked, each at a port of its own; one that does not know whom it is about gives no answer, and the next one is asked (decision record 0024)
 */
record Gate(Place place, Duration longest, int nodes) {

    private static final String NODES = "gate_nodes";

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

    /** Where one node is asked. */
    Gate(Place place, Duration longest) {
        this(place, longest, 1);
    }

    int port() {
        return place.port();
    }

    /** The part outside of any server: what a heartbeat is known by. Of fields that come twice the first counts, as everywhere. */
    void renderShared(List<String> text, int application) {
        // An answer that nobody asks for any more is of a stream that is gone.
        text.add("  proxy_cache_path " + NginxConf.quoted(place.answers()) + " keys_zone=gate:4m inactive="
                + (longest.toSeconds() + 60) + "s use_temp_path=off;");
        text.add(
                "  map $request_body $gate_client { \"~(?:^|&)clientid=(?<gate_c>[0-9]{1,18})(?:&|$)\" $gate_c; default \"\"; }");
        text.add(
                "  map $request_body $gate_call { \"~(?:^|&)call=(?<gate_k>[a-z_]{1,32})(?:&|$)\" $gate_k; default \"\"; }");
        if (nodes > 1) {
            renderNodes(text, application);
        }
    }

    /**
     * Everything about one connection is asked at one node first, and everything about the slots of one stream. Where that is not who knows, the next one is asked; which ones are there shows
     * when they are asked, as connections on loopback are refused at once.
     */
    private void renderNodes(List<String> text, int application) {
        text.add(
                "  map $request_body $gate_stream { \"~(?:^|&)name=(?<gate_n>[a-z0-9-]{8,64})(?:&|$)\" $gate_n; default $request_id; }");
        text.add("  map $uri $gate_subject { \"~/ingest/[a-z_]+$\" $gate_client; default $gate_stream; }");
        text.add("  upstream " + NODES + " {");
        text.add("    hash $gate_subject;");
        for (var node = 0; node < nodes; node++) {
            text.add("    server " + LOOPBACK + ":" + (application + node) + " max_fails=0;");
        }
        text.add("  }");
    }

    /** By which nodes reach each other: in the server of nginx's controls, to which they have a way. */
    void renderDoors(List<String> text, String token, int application) {
        for (var node = 1; nodes > 1 && node <= nodes; node++) {
            text.add("    location /" + token + "/node" + node + "/ {");
            text.add("      proxy_pass http://" + LOOPBACK + ":" + (application + node - 1) + "/" + token + "/"
                    + NodeDoor.ROOM + "/;");
            text.add("      proxy_connect_timeout 800ms;");
            text.add("      proxy_read_timeout 2s;");
            text.add("    }");
        }
    }

    void renderServer(List<String> text, String token, int application) {
        var behind = nodes > 1 ? NODES : LOOPBACK + ":" + application;
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
        if (nodes > 1) {
            // No answer is as good as none from a node that is not there: the next one is asked.
            text.add("    proxy_next_upstream error timeout non_idempotent;");
            text.add("    location = /" + token + "/ingest/publish {");
            text.add("      proxy_pass http://" + behind + ";");
            // But who may have let somebody in already is not asked behind its back.
            text.add("      proxy_next_upstream error timeout;");
            text.add("    }");
        }
        text.add("    location ~ \"^/" + token + "/[a-z0-9]{1,16}/update$\" {");
        text.add("      proxy_pass http://" + behind + ";");
        text.add("      proxy_cache gate;");
        text.add("      proxy_cache_methods POST;");
        text.add("      proxy_cache_key \"$uri $gate_call $gate_client\";");
        text.add("    }");
        text.add("    location = /" + token + "/slots/connect {");
        text.add("      proxy_pass http://" + behind + ";");
        text.add("      proxy_read_timeout " + IdleSlots.HOLD.plusSeconds(4).toSeconds() + "s;");
        text.add("    }");
        text.add("    location /" + token + "/ { proxy_pass http://" + behind + "; }");
        text.add("    location / { return 404; }");
        text.add("  }");
    }
}

package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.NginxConf.Ground;
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
 * The door between nginx's callbacks and the application, in nginx itself. It answers by itself what the application has just said for all who ask the same (decision record 0031). While nobody answers behind it, it repeats the last
 * answer to a heartbeat, for as long as that answer allowed ({@code stale-if-error}, RFC 5861). Everything else needs a fresh answer, so nobody gets in (decision record 0012).
 *
 * @param longest how long an answer can be repeated at most; zero where nginx ends with the application
 * @param nodes how many nodes of the application are asked, each at a port of its own; one that does not know whom it is about gives no answer, and the next one is asked (decision record 0024)
 */
record Gate(Place place, Duration longest, int nodes) {

    /** The application's word to the gate that all who ask the same may go on; one that nginx keeps in memory alone. No answer to a callback has it. */
    static final int GO_ON_STATUS = 461;

    /** The application's word to the gate that it has to ask about each. No answer to a callback has it. */
    static final int EACH_STATUS = 462;

    /** The application's word to the gate that another node may know whose ticket that is. No answer to a callback has it. */
    static final int ELSEWHERE_STATUS = 463;

    private static final String APPLICATION = "gate_application";

    /** More than are under way at once. */
    private static final int KEPT_CONNECTIONS = 32;

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
    void renderShared(List<String> text, Ground ground, String token, int application) {
        // An answer that nobody asks for any more is of a stream that is gone.
        text.add("  proxy_cache_path " + NginxConf.quoted(place.answers()) + " keys_zone=gate:4m inactive="
                + (longest.toSeconds() + 60) + "s use_temp_path=off;");
        text.add(
                "  map $request_body $gate_client { \"~(?:^|&)clientid=(?<gate_c>[0-9]{1,18})(?:&|$)\" $gate_c; default \"\"; }");
        // The first one indeed: by a second one a publisher could claim to be somebody whom nobody asks about.
        text.add(
                "  map $request_body $gate_call { \"~^(?:(?!call=)[a-z]{1,16}=[^&]*&)*call=(?<gate_k>[a-z_]{1,32})(?:&|$)\" $gate_k; default \"\"; }");
        // One question for all pushes, where one node can answer for all.
        text.add("  map $gate_call $gate_whom { " + (nodes == 1 ? "update_play all; " : "")
                + "default \"$gate_call $gate_client\"; }");
        // A path in a location that has a name must come from somewhere else.
        text.add("  map \"\" $gate_push { default /" + token + "/" + CallbackHandler.PUSHES + "/update; }");
        if (nodes > 1) {
            text.add("  map \"\" $gate_ring { default /" + token + "/" + CallbackHandler.PUSHES + "/publish; }");
        }
        renderApplication(text, ground, application);
    }

    private void renderApplication(List<String> text, Ground ground, int application) {
        if (nodes > 1) {
            renderNodes(text, application);
            return;
        }
        text.add("  upstream " + APPLICATION + " {");
        text.add("    server " + LOOPBACK + ":" + application + " max_fails=0;");
        if (keepsConnections(ground)) {
            text.add("    keepalive " + KEPT_CONNECTIONS + ";");
        }
        text.add("  }");
    }

    /**
     * Everything about one publisher's connection is asked at one node first, and everything about the pushes of one stream. Where that is not who knows, the next one is asked; which ones are there shows
     * when they are asked, as connections on loopback are refused at once.
     */
    private void renderNodes(List<String> text, int application) {
        text.add(
                "  map $request_body $gate_stream { \"~(?:^|&)name=(?<gate_n>[a-z0-9-]{8,64})(?:&|$)\" $gate_n; default $request_id; }");
        text.add("  map $gate_call $gate_subject { \"~play\" $gate_stream; default $gate_client; }");
        text.add("  upstream " + APPLICATION + " {");
        text.add("    hash $gate_subject;");
        for (var node = 0; node < nodes; node++) {
            text.add("    server " + LOOPBACK + ":" + (application + node) + " max_fails=0;");
        }
        text.add("  }");
    }

    /** Not through SSH, where each connection that is open costs. Nor with several nodes, as one that is silent is taken for a connection that broke, and asked again. */
    private boolean keepsConnections(Ground ground) {
        return ground == Ground.OWN && nodes == 1;
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

    void renderServer(List<String> text, Ground ground, String token) {
        text.add("  server {");
        text.add("    listen " + LOOPBACK + ":" + port() + ";");
        text.add("    client_max_body_size " + CallbackHandler.MOST_BYTES + ";");
        text.add("    client_body_buffer_size " + (CallbackHandler.MOST_BYTES + 1024) + ";");
        text.add("    client_body_in_single_buffer on;");
        text.add("    keepalive_timeout 0;");
        // Together less than the 3 seconds that nginx-rtmp waits. With nothing to repeat, the application has all of
        // them: on loopback a connection comes at once or not at all.
        text.add("    proxy_connect_timeout 800ms;");
        text.add("    proxy_read_timeout " + (longest.isZero() ? "2800ms" : "2s") + ";");
        text.add("    proxy_redirect off;");
        if (keepsConnections(ground)) {
            text.add("    proxy_http_version 1.1;");
            text.add("    proxy_set_header Connection \"\";");
        }
        if (nodes > 1) {
            // No answer is as good as none from a node that is not there: the next one is asked.
            text.add("    proxy_next_upstream error timeout non_idempotent;");
            text.add("    location = /" + token + "/ingest/publish {");
            text.add("      proxy_pass http://" + APPLICATION + ";");
            // But who may have let somebody in already is not asked behind its back.
            text.add("      proxy_next_upstream error timeout;");
            text.add("      proxy_intercept_errors on;");
            text.add("      error_page " + ELSEWHERE_STATUS + " = @ring;");
            text.add("    }");
            text.add("    location @ring { proxy_pass http://" + APPLICATION + "$gate_ring; }");
        }
        renderHeartbeats(text, token);
        text.add("    location /" + token + "/ { proxy_pass http://" + APPLICATION + "; }");
        text.add("    location / { return 404; }");
        text.add("  }");
    }

    private void renderHeartbeats(List<String> text, String token) {
        text.add("    proxy_cache_methods POST;");
        text.add("    location = /" + token + "/ingest/update {");
        text.add("      proxy_pass http://" + APPLICATION + ";");
        text.add("      proxy_cache gate;");
        text.add("      proxy_cache_key \"$gate_whom\";");
        text.add("      proxy_intercept_errors on;");
        text.add("      error_page " + GO_ON_STATUS + " = @go_on;");
        if (nodes == 1) {
            // Where nobody answers and there is nothing to repeat for all, there may be something to repeat for one.
            text.add("      error_page " + EACH_STATUS + (longest.isZero() ? "" : " 502 504") + " = @each;");
            text.add("      recursive_error_pages on;");
        }
        text.add("    }");
        if (nodes == 1) {
            text.add("    location @each {");
            text.add("      proxy_pass http://" + APPLICATION + "$gate_push;");
            text.add("      proxy_cache gate;");
            text.add("      proxy_cache_key \"update_play $gate_client\";");
            text.add("    }");
        }
        // What a push is told when it begins holds until its first heartbeat, too.
        text.add("    location = /" + token + "/ingest/play {");
        text.add("      proxy_pass http://" + APPLICATION + ";");
        text.add("      proxy_cache gate;");
        text.add("      proxy_cache_key \"update_play $gate_client\";");
        text.add("    }");
        text.add("    location @go_on { return 204; }");
    }
}

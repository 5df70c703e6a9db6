package dev.livemeter.relay.nginx;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * nginx's configuration, and how it is written. It is made of numbers, tokens of few characters and quoted paths, and of nothing
 * that a user entered: there is no way in for an injection, and no secret of a platform to leak (decision record 0004).
 *
 * @param ingestHost an IP address
 * @param token in the paths of callbacks and of nginx's own controls; who knows it can speak for nginx
 * @param stream the part that speaks TLS; null where there is none
 * @param gate what callbacks pass
 * @param recordings where streams are written to when that is ordered; null where nothing can be recorded
 * @param ground whose files they are
 * @param run what {@code /TOKEN/run} answers, as proof that this very configuration is in force
 */
record NginxConf(
        NginxInstallation nginx,
        Path directory,
        Ground ground,
        String ingestHost,
        Ports ports,
        String application,
        Pace pace,
        String token,
        String run,
        @Nullable StreamConf stream,
        Gate gate,
        @Nullable Path recordings) {

    static final String FILE = "nginx.conf";
    static final String LOG_FILE = "nginx.log";
    static final String PID_FILE = "nginx.pid";

    /** The application that a static push leads to, and that takes nobody in. */
    static final String ANCHOR = "anchor";

    /** What came of the push to there is of no interest, so it need not be tried again. */
    private static final Duration ANCHOR_AGAIN = Duration.ofDays(1);

    private static final Pattern TOKEN = Pattern.compile("[a-z0-9]{26,64}");
    private static final Pattern APPLICATION = Pattern.compile("[a-z0-9_-]{1,64}");
    private static final String LOOPBACK = "127.0.0.1";

    /** On whose ground nginx reads and writes. */
    enum Ground {
        /** Ours: a work directory on this machine, all paths whole. */
        OWN,
        /** A relay host's: paths are relative, and process and proof are the host's business (decision record 0013). */
        HOST
    }

    /** What listens where; all but the ingest on loopback. The ingest is 0 where encoders are to come by TLS alone. */
    record Ports(int ingest, int anchor, int control, int callbacks) {

        Ports {
            require(ingest >= 0 && ingest <= 65535, "The ingest port is outside of 0 to 65535.");
            for (var port : List.of(anchor, control, callbacks)) {
                require(port >= 1 && port <= 65535, "A port is outside of 1 to 65535.");
            }
        }
    }

    NginxConf {
        require(IpLiteral.isOne(ingestHost), "The ingest host is not an IP address.");
        require(APPLICATION.matcher(application).matches(), "The application is not a plain token.");
        require(
                TOKEN.matcher(token).matches() && TOKEN.matcher(run).matches(),
                "A token has other characters than a-z and 0-9.");
    }

    Path pidFile() {
        return directory.resolve(PID_FILE);
    }

    Path file() {
        return directory.resolve(FILE);
    }

    /** Where an nginx in the background writes what it has to say. */
    Path logFile() {
        return directory.resolve(LOG_FILE);
    }

    /** Whether nginx goes on in the background when the application ends. */
    boolean outlives() {
        return !gate.longest().isZero();
    }

    private String log() {
        return !outlives() || ground == Ground.HOST ? "stderr" : quoted(logFile());
    }

    /** The same nginx, with another part that speaks TLS. */
    NginxConf with(@Nullable StreamConf other, String nextRun) {
        return new NginxConf(
                nginx,
                directory,
                ground,
                ingestHost,
                ports,
                application,
                pace,
                token,
                nextRun,
                other,
                gate,
                recordings);
    }

    /** The same nginx, by the proof of another configuration. */
    NginxConf provenBy(String otherRun) {
        return with(stream, otherRun);
    }

    String render() {
        var text = new ArrayList<String>();
        text.add("# Written by Livemeter at each start; changes are lost.");
        if (nginx.module() != null) {
            text.add("load_module " + quoted(nginx.module()) + ";");
        }
        var module = nginx.stream();
        if (stream != null && module != null && module.file() != null) {
            text.add("load_module " + quoted(module.file()) + ";");
        }
        // Below 'crit' nginx-rtmp logs where it pushes to, platform keys included.
        text.add("error_log " + log() + " crit;");
        if (ground == Ground.OWN) {
            text.add("pid " + quoted(pidFile()) + ";");
            text.add("daemon " + (outlives() ? "on" : "off") + ";");
        }
        text.add("worker_processes 1;");
        text.add("worker_rlimit_nofile 16384;");
        // More than the RTMP connections below can use: with none left, nginx would stop to send heartbeats, and could
        // crash.
        text.add("events { worker_connections 12288; }");
        text.add("");
        rtmp(text);
        text.add("");
        http(text);
        if (stream != null) {
            text.add("");
            stream.render(text, log());
        }
        text.add("");
        return String.join("\n", text);
    }

    private void rtmp(List<String> text) {
        text.add("rtmp {");
        text.add("  access_log off;");
        text.add("  netcall_timeout 3s;");
        text.add("  notify_method post;");
        text.add("  max_connections 2000;");
        text.add("  timeout 15s;");
        text.add("  chunk_size 4096;");
        text.add("  push_reconnect " + millis(ANCHOR_AGAIN) + ";");
        text.add("  server {");
        if (ports.ingest() > 0) {
            text.add("    listen " + IpLiteral.beforePort(ingestHost) + ":" + ports.ingest() + ";");
        }
        if (stream != null && stream.ingest() != null) {
            text.add("    listen " + LOOPBACK + ":" + stream.ingest().innerPort() + " proxy_protocol;");
        }
        text.add("    application " + application + " {");
        text.add("      live on;");
        text.add("      drop_idle_publisher " + millis(pace.idle()) + ";");
        text.add("      notify_update_timeout " + millis(pace.heartbeat()) + ";");
        for (var event : List.of("publish", "update", "publish_done", "play", "play_done")) {
            text.add("      on_" + event + " " + callback(event) + ";");
        }
        // It makes the publisher the owner of all pushes of its stream, and tells that the stream is there.
        text.add("      push rtmp://" + LOOPBACK + ":" + ports.anchor() + "/" + ANCHOR + ";");
        if (recordings != null) {
            text.add("      recorder " + StreamRecorder.NAME + " {");
            text.add("        record all manual;");
            text.add("        record_path " + quoted(recordings) + ";");
            text.add("        record_suffix " + RecordingFolder.BEGUN + ";");
            text.add("        record_unique on;");
            text.add("      }");
        }
        text.add("    }");
        text.add("  }");
        text.add("  server {");
        text.add("    listen " + LOOPBACK + ":" + ports.anchor() + ";");
        text.add("    application " + ANCHOR + " {");
        text.add("      live on;");
        text.add("      deny publish all;");
        text.add("      deny play all;");
        text.add("    }");
        text.add("  }");
        text.add("}");
    }

    private void http(List<String> text) {
        text.add("http {");
        text.add("  access_log off;");
        if (ground == Ground.HOST) {
            text.add("  include livemeter-proof.conf;");
        }
        for (var kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            if (!nginx.lacks("http_" + kind + "_module")) {
                text.add("  " + kind + "_temp_path " + quoted(directory.resolve("temp-" + kind)) + ";");
            }
        }
        gate.renderShared(text, ground, token, ports.callbacks());
        gate.renderServer(text, ground, token);
        text.add("  server {");
        text.add("    listen " + LOOPBACK + ":" + ports.control() + ";");
        text.add("    location = /" + token + "/run { return 200 \"" + run + "\"; }");
        text.add("    location /" + token + "/control/ { rtmp_control drop" + (recordings == null ? "" : " record")
                + "; }");
        // Without the list of clients, whose addresses hold platform keys.
        text.add("    location = /" + token + "/stat { rtmp_stat global live; }");
        gate.renderDoors(text, token, ports.callbacks());
        text.add("    location / { return 404; }");
        text.add("  }");
        text.add("}");
    }

    private String callback(String event) {
        return "http://" + LOOPBACK + ":" + gate.port() + "/" + token + "/ingest/" + event;
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + "ms";
    }

    /** Escapes what nginx gives a meaning to inside double quotes. */
    static String quoted(Path path) {
        var text = path.toString();
        require(text.chars().noneMatch(Character::isISOControl), "A path has a control character.");
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    @Override
    public String toString() {
        return "NginxConf[" + file() + "]";
    }
}

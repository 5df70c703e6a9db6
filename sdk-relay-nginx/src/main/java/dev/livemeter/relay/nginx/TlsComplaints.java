package dev.livemeter.relay.nginx;

import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why TLS connections failed, read from what nginx says: it tells the RTMP side nothing but that the connection is gone. Kept by
 * loopback port for a few seconds, until the destination's failure is noticed. Thread-safe.
 */
final class TlsComplaints {

    private static final Duration KEPT = Duration.ofSeconds(15);
    private static final Pattern PORT = Pattern.compile(", server: 127\\.0\\.0\\.1:([0-9]{1,5}),");
    private static final Pattern UNVERIFIED =
            Pattern.compile("upstream SSL certificate verify error: \\([0-9]+:([A-Za-z ,'-]{1,120})\\)");
    private static final Pattern RESOLVING = Pattern.compile(" could not be resolved \\(");

    private record Complaint(String sentence, long atNanos) {}

    private final TimeSource time;
    private final Map<Integer, Complaint> byPort = new ConcurrentHashMap<>();

    TlsComplaints(TimeSource time) {
        this.time = time;
    }

    /** Takes a line of nginx's log, if it is one of those. */
    void read(String line) {
        var port = PORT.matcher(line);
        var sentence = sentence(line);
        if (sentence != null && port.find()) {
            byPort.put(Integer.parseInt(port.group(1)), new Complaint(sentence, time.nanoTime()));
        }
    }

    /** What was lately said of the way through that port; a sentence for people. */
    Optional<String> about(int port) {
        return Optional.ofNullable(byPort.get(port))
                .filter(complaint -> time.nanoTime() - complaint.atNanos() < KEPT.toNanos())
                .map(Complaint::sentence);
    }

    /** Ports that are no longer in use. */
    void forgetAll() {
        byPort.clear();
    }

    private static @Nullable String sentence(String line) {
        if (line.contains("upstream SSL certificate does not match")) {
            return "The server's certificate is for another name than the server's, so nothing was sent; check the address for typing errors.";
        }
        var unverified = UNVERIFIED.matcher(line);
        if (unverified.find()) {
            return "The server's certificate could not be verified (" + unverified.group(1)
                    + "), so nothing was sent. The server must show a certificate of a known authority.";
        }
        if (RESOLVING.matcher(line).find()) {
            return "The name of the server could not be resolved, or leads to an address that this relay does not pass streams on to.";
        }
        if (line.contains("while SSL handshaking to upstream") || line.contains("SSL_do_handshake() failed")) {
            return "The server does not speak TLS as expected; check the port, or use rtmp:// if the platform gives such an address.";
        }
        return null;
    }
}

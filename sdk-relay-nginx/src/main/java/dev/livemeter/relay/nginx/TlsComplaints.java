package dev.livemeter.relay.nginx;

import dev.livemeter.time.TimeSource;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why TLS connections failed, read from what nginx says, or from what broke our own: the RTMP side is told nothing but that the connection is gone. Kept by
 * loopback port, or by server, for a few seconds, until the destination's failure is noticed. Thread-safe.
 */
final class TlsComplaints {

    private static final Duration KEPT = Duration.ofSeconds(15);
    private static final Pattern PORT = Pattern.compile(", server: 127\\.0\\.0\\.1:([0-9]{1,5}),");
    private static final Pattern UNVERIFIED =
            Pattern.compile("upstream SSL certificate verify error: \\([0-9]+:([A-Za-z ,'-]{1,120})\\)");
    private static final int MOST_CAUSES = 16;
    private static final Pattern RESOLVING = Pattern.compile(" could not be resolved \\(");

    private static final String OTHER_NAME =
            "The server's certificate is for another name than the server's, so nothing was sent; check the address for typing errors.";
    private static final String NO_TLS =
            "The server does not speak TLS as expected; check the port, or use rtmp:// if the platform gives such an address.";

    private record Complaint(String sentence, long atNanos) {}

    private final TimeSource time;
    private final Map<Integer, Complaint> byPort = new ConcurrentHashMap<>();
    private final Map<TlsHost, Complaint> byServer = new ConcurrentHashMap<>();

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

    /** A handshake of our own with that server failed. */
    void failed(TlsHost server, SSLException fault) {
        complain(server, sentence(fault));
    }

    /** A handshake of our own with that server was given up after that time. */
    void late(TlsHost server, Duration limit) {
        complain(
                server,
                "The server did not finish the TLS handshake within " + limit.toSeconds()
                        + " seconds, so nothing was sent; check the port, or use rtmp:// if the platform gives such an address.");
    }

    private void complain(TlsHost server, String sentence) {
        var now = time.nanoTime();
        // As many servers as users think of: those that nobody asks about any more go.
        byServer.values().removeIf(complaint -> !isFresh(complaint, now));
        byServer.put(server, new Complaint(sentence, now));
    }

    /** What was lately said of the way through that port; a sentence for people. */
    Optional<String> about(int port) {
        return fresh(byPort.get(port));
    }

    /** Why our own connections to that server failed lately; a sentence for people. */
    Optional<String> about(TlsHost server) {
        return fresh(byServer.get(server));
    }

    private Optional<String> fresh(@Nullable Complaint complaint) {
        return complaint != null && isFresh(complaint, time.nanoTime())
                ? Optional.of(complaint.sentence())
                : Optional.empty();
    }

    private static boolean isFresh(Complaint complaint, long now) {
        return now - complaint.atNanos() < KEPT.toNanos();
    }

    /** Ports that are no longer in use, and all servers. */
    void forgetAll() {
        byPort.clear();
        byServer.clear();
    }

    private static @Nullable String sentence(String line) {
        if (line.contains("upstream SSL certificate does not match")) {
            return OTHER_NAME;
        }
        var unverified = UNVERIFIED.matcher(line);
        if (unverified.find()) {
            return unverified(unverified.group(1));
        }
        if (RESOLVING.matcher(line).find()) {
            return "The name of the server could not be resolved, or leads to an address that this relay does not pass streams on to.";
        }
        if (line.contains("while SSL handshaking to upstream") || line.contains("SSL_do_handshake() failed")) {
            return NO_TLS;
        }
        return null;
    }

    private static String unverified(String why) {
        return "The server's certificate could not be verified (" + why
                + "), so nothing was sent. The server must show a certificate of a known authority.";
    }

    private static String sentence(SSLException fault) {
        var causes = Stream.<Throwable>iterate(fault, Objects::nonNull, Throwable::getCause)
                .limit(MOST_CAUSES)
                .toList();
        if (has(causes, CertificateExpiredException.class)) {
            return unverified("certificate has expired");
        }
        if (has(causes, CertificateNotYetValidException.class)) {
            return unverified("certificate is not yet valid");
        }
        if (has(causes, CertPathBuilderException.class) || has(causes, CertPathValidatorException.class)) {
            return unverified("no known authority vouches for it");
        }
        return has(causes, CertificateException.class) ? OTHER_NAME : NO_TLS;
    }

    private static boolean has(List<Throwable> causes, Class<? extends Throwable> type) {
        return causes.stream().anyMatch(type::isInstance);
    }
}

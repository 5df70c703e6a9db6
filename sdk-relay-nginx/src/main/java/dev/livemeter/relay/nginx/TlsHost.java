package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A server that streams go to over TLS: all that the configuration learns of a destination, never application or key.
 *
 * @param name of few characters, in lower case; a certificate is checked against it, so never an address
 */
record TlsHost(String name, int port) {

    static final int DEFAULT_PORT = 443;

    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");
    private static final int LONGEST_NAME = 253;

    /**
     * Servers that platforms name, known from the start so that nobody waits for them. Any other one is learned when it is first
     * needed.
     */
    static final List<TlsHost> WELL_KNOWN = List.of(
            new TlsHost("a.rtmps.youtube.com", DEFAULT_PORT),
            new TlsHost("b.rtmps.youtube.com", DEFAULT_PORT),
            new TlsHost("ingest.global-contribute.live-video.net", DEFAULT_PORT),
            new TlsHost("live-api-s.facebook.com", DEFAULT_PORT),
            new TlsHost("live-upload.instagram.com", DEFAULT_PORT));

    TlsHost {
        if (!isName(name)) {
            throw new IllegalArgumentException("The name of a TLS server has a form that no host name has.");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("The port of a TLS server is " + port + "; expected 1 to 65535.");
        }
    }

    /** The server of a target; empty where it is not named in a way that a certificate could prove. */
    static Optional<TlsHost> of(PushTarget target) {
        var host = target.server().getHost();
        if (host == null) {
            return Optional.empty();
        }
        var name = host.toLowerCase(Locale.ROOT);
        var port =
                target.server().getPort() < 0 ? DEFAULT_PORT : target.server().getPort();
        return isName(name) && port >= 1 && port <= 65535 ? Optional.of(new TlsHost(name, port)) : Optional.empty();
    }

    private static boolean isName(String text) {
        return text.length() <= LONGEST_NAME
                && NAME.matcher(text).matches()
                && !NUMBERS.matcher(text).matches();
    }
}

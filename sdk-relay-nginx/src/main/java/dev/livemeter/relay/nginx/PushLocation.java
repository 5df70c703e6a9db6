package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** Push targets as nginx takes them in a Location header. */
final class PushLocation {

    /** What nginx reads of a Location; the rest it cuts off without a word (decision record 0004). What is longer goes by {@link KeyBridge}. */
    private static final int MOST_BYTES = 254;

    private static final String LOOPBACK = "127.0.0.1";
    private static final int DEFAULT_PORT = 1935;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    private static final Pattern APPLICATION = Pattern.compile("/[A-Za-z0-9._~-]{1,64}/?");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._~:@!*(),/?&=%+|-]{1,4000}");

    private PushLocation() {}

    static boolean isTls(PushTarget target) {
        return "rtmps".equals(target.server().getScheme());
    }

    /** Why nginx could never push there; empty if it could. Tells neither server nor key. */
    static Optional<String> objectionTo(PushTarget target) {
        var server = target.server();
        var tls = isTls(target);
        if (!tls && !"rtmp".equals(server.getScheme())) {
            return Optional.of(
                    "This relay passes streams on to RTMP servers only; the address must begin with rtmp:// or rtmps://.");
        }
        if (server.getHost() == null
                || !HOST.matcher(server.getHost()).matches()
                || server.getRawUserInfo() != null
                || server.getRawQuery() != null
                || server.getRawFragment() != null
                || server.getPort() == 0
                || server.getPort() > 65535) {
            return Optional.of(
                    "The server's address does not fit; write it like rtmp://host:1935/app, without user, query or fragment.");
        }
        if (tls && TlsHost.of(target).isEmpty()) {
            return Optional.of(
                    "A server is reached over TLS (rtmps://) by its name only, as the name is what its certificate proves; write it like"
                            + " rtmps://host:443/app.");
        }
        if (!APPLICATION.matcher(server.getRawPath()).matches()) {
            return Optional.of(
                    "The server's address must name one application, like rtmp://host/app; this relay cannot push to none or to"
                            + " one of several parts.");
        }
        if (!KEY.matcher(target.key().reveal()).matches()) {
            return Optional.of(
                    "The stream key is empty, too long, or has a character that could break out of a command; copy it again from the"
                            + " platform.");
        }
        return Optional.empty();
    }

    /** Where nginx is to push, by address. For targets that nothing is objected to. */
    static String of(InetAddress address, PushTarget target) {
        var text = address.getHostAddress();
        return location(address instanceof Inet6Address ? "[" + text + "]" : text, port(target), target);
    }

    /** Whether nginx takes that location whole. */
    static boolean fits(String location) {
        return location.length() <= MOST_BYTES;
    }

    /** Where nginx is to push what its stream module encrypts and passes on. */
    static String through(TlsEgress.Way.Through way, PushTarget target) {
        return location(LOOPBACK, way.port(), target);
    }

    /**
     * Whether an address that nginx pushes to, without its scheme, is one of that target's: application and key decide, as the server may have had another
     * IP address then.
     */
    static boolean leadsTo(String address, PushTarget target) {
        var slash = address.indexOf('/');
        var here = location("", 0, target);
        return slash >= 0 && address.substring(slash).equals(here.substring(here.indexOf('/', "rtmp://".length())));
    }

    static int port(PushTarget target) {
        var usual = isTls(target) ? TlsHost.DEFAULT_PORT : DEFAULT_PORT;
        return target.server().getPort() < 0 ? usual : target.server().getPort();
    }

    private static String location(String host, int port, PushTarget target) {
        var application = target.server().getRawPath();
        var slash = application.endsWith("/") ? "" : "/";
        return "rtmp://" + host + ":" + port + application + slash
                + target.key().reveal();
    }
}

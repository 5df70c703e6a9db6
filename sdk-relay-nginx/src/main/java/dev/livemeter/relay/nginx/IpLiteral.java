package dev.livemeter.relay.nginx;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** IP addresses written as such. Never asks a name server. */
final class IpLiteral {

    private static final Pattern V4 = Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private IpLiteral() {}

    static boolean isOne(String text) {
        if (V4.matcher(text).matches()) {
            return true;
        }
        if (!V6.matcher(text).matches()) {
            return false;
        }
        try {
            // With a colon in it this is parsed or refused, not looked up.
            return !InetAddress.getByName(text).getHostAddress().isEmpty();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    static boolean isWildcard(String literal) {
        return address(literal).isAnyLocalAddress();
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + literal + "' is not an IP address.", e);
        }
    }

    /** As it stands before a port: IPv6 in brackets. */
    static String beforePort(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }
}

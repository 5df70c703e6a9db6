package dev.livemeter.turn;

import dev.livemeter.LivemeterException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a STUN or TURN server as RFC 7064 and RFC 7065 write it: {@code stun:HOST[:PORT]} and {@code stuns:}, {@code turn:HOST[:PORT][?transport=udp|tcp]} and {@code turns:}. An IPv6 address
 * stands in brackets.
 *
 * @param value as it is given to browsers
 */
public record IceUrl(String value) {

    private static final Pattern FORM = Pattern.compile(
            "(stuns?|turns?):([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]{2,45}])(?::([0-9]{1,5}))?(\\?transport=(?:udp|tcp))?");
    private static final int LAST_PORT = 65_535;

    public IceUrl {
        var form = FORM.matcher(value);
        if (!form.matches() || !fits(form)) {
            throw new LivemeterException(
                    "ice.malformed",
                    "The ICE server '" + shown(value)
                            + "' does not fit; expected stun:HOST, turn:HOST or turns:HOST, with :PORT and, of TURN, ?transport=udp or ?transport=tcp if wanted.");
        }
    }

    private static boolean fits(Matcher form) {
        var port = form.group(3) == null ? 1 : Integer.parseInt(form.group(3));
        var isStun = form.group(1).startsWith("stun");
        // TLS is over TCP; browsers speak no DTLS to a TURN server.
        var overUdp = "?transport=udp".equals(form.group(4));
        return port >= 1
                && port <= LAST_PORT
                && !(isStun && form.group(4) != null)
                && !(form.group(1).equals("turns") && overUdp);
    }

    private static String shown(String text) {
        var clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= 60 ? clean : clean.substring(0, 60) + "...";
    }

    /** One of these. */
    public static IceUrl of(String value) {
        return new IceUrl(value);
    }

    /** Whether it relays, and so takes a credential. */
    public boolean isTurn() {
        return value.toLowerCase(Locale.ROOT).startsWith("turn");
    }

    @Override
    public String toString() {
        return value;
    }
}

package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.peer.PeerId;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * From a user to the id of their client in signaling: always the same, another one for each user and device, and one that the {@code peerjs} client takes. Letters
 * and digits stay as they are; {@code Z} marks what is not: {@code Zd . Zu _ Za @ Zh -} and {@code ZZ} for itself. A name that gets too long by that
 * is written as a number instead.
 */
public final class PeerNames {

    private static final Pattern DEVICE = Pattern.compile("[a-z0-9]{0,6}");
    private static final int LONGEST_BASE = 120;
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-";
    private static final int DIGITS = 62;

    private PeerNames() {}

    /** The id of a user's first device. */
    public static PeerId of(UserId user) {
        return of(user, "");
    }

    /**
     * The id of one of a user's devices.
     *
     * @param device up to six of {@code a-z 0-9}, as the client calls itself; empty for the first
     * @throws LivemeterException {@code peer.malformed_device}
     */
    public static PeerId of(UserId user, String device) {
        if (!DEVICE.matcher(device).matches()) {
            throw new LivemeterException(
                    "peer.malformed_device",
                    "A device name of " + device.length()
                            + " characters was given that does not fit: expected up to 6 of a-z and 0-9.");
        }
        var base = escaped(user.value());
        var name = base.length() <= LONGEST_BASE ? base : "Z9" + number(user.value());
        return PeerId.of(device.isEmpty() ? name : name + "-" + device);
    }

    /** Whose client that is; empty where {@link #of(UserId, String)} makes no such id. */
    public static Optional<UserId> user(PeerId peer) {
        var name = peer.value();
        var dash = name.indexOf('-');
        var base = dash < 0 ? name : name.substring(0, dash);
        var device = dash < 0 ? "" : name.substring(dash + 1);
        try {
            var user = UserId.of(base.startsWith("Z9") ? named(base.substring(2)) : unescaped(base));
            // Only what is written in the one right way.
            return of(user, device).equals(peer) ? Optional.of(user) : Optional.empty();
        } catch (LivemeterException notOfOurs) {
            return Optional.empty();
        }
    }

    /** Which of the person's devices that is; empty for the first. */
    static String device(PeerId peer) {
        var dash = peer.value().indexOf('-');
        return dash < 0 ? "" : peer.value().substring(dash + 1);
    }

    private static String unescaped(String base) {
        var text = new StringBuilder();
        for (var i = 0; i < base.length(); i++) {
            var c = base.charAt(i);
            if (c == 'Z' && i + 1 < base.length()) {
                i++;
                text.append(
                        switch (base.charAt(i)) {
                            case 'd' -> '.';
                            case 'u' -> '_';
                            case 'a' -> '@';
                            case 'h' -> '-';
                            default -> 'Z';
                        });
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static String named(String number) {
        var value = BigInteger.ZERO;
        for (var i = number.length() - 1; i >= 0; i--) {
            value = value.multiply(BigInteger.valueOf(DIGITS))
                    .add(BigInteger.valueOf(LETTERS.indexOf(number.charAt(i))));
        }
        var base = BigInteger.valueOf(LETTERS.length() + 1L);
        var text = new StringBuilder();
        for (var rest = value; rest.signum() > 0; ) {
            var parts = rest.divideAndRemainder(base);
            text.append(parts[1].signum() == 0 ? ' ' : LETTERS.charAt(parts[1].intValue() - 1));
            rest = parts[0];
        }
        return text.reverse().toString();
    }

    private static String escaped(String user) {
        var text = new StringBuilder();
        for (var i = 0; i < user.length(); i++) {
            var c = user.charAt(i);
            switch (c) {
                case 'Z' -> text.append("ZZ");
                case '.' -> text.append("Zd");
                case '_' -> text.append("Zu");
                case '@' -> text.append("Za");
                case '-' -> text.append("Zh");
                default -> text.append(c);
            }
        }
        return text.toString();
    }

    private static String number(String user) {
        // Digits count from 1, so that names of different length are different numbers.
        var base = BigInteger.valueOf(LETTERS.length() + 1L);
        var value = BigInteger.ZERO;
        for (var i = 0; i < user.length(); i++) {
            value = value.multiply(base).add(BigInteger.valueOf(LETTERS.indexOf(user.charAt(i)) + 1L));
        }
        var text = new StringBuilder();
        for (var rest = value; rest.signum() > 0; ) {
            var parts = rest.divideAndRemainder(BigInteger.valueOf(DIGITS));
            text.append(LETTERS.charAt(parts[1].intValue()));
            rest = parts[0];
        }
        return text.toString();
    }
}

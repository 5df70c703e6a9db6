package dev.livemeter.signaling;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses that share their first bits. Names are never looked up. */
final class AddressBlock {

    private static final Pattern LITERAL =
            Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private final byte[] address;
    private final int bits;

    private AddressBlock(byte[] address, int bits) {
        this.address = address;
        this.bits = bits;
    }

    static boolean isWellFormed(String text) {
        return parse(text) != null;
    }

    /** Null if that is no block. */
    static @Nullable AddressBlock parse(String text) {
        var slash = text.indexOf('/');
        var address = literal(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return null;
        }
        var most = address.length * 8;
        if (slash < 0) {
            return new AddressBlock(address, most);
        }
        var length = text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > most) {
            return null;
        }
        return new AddressBlock(address, Integer.parseInt(length));
    }

    static byte @Nullable [] literal(String text) {
        if (!LITERAL.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException noAddress) {
            return null;
        }
    }

    private boolean holds(byte[] other) {
        if (other.length != address.length) {
            return false;
        }
        for (var bit = 0; bit < bits; bit++) {
            if (((address[bit / 8] ^ other[bit / 8]) & (0x80 >> (bit % 8))) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The address of the client: the last one of the chain that is no trusted proxy's. What a client writes into the header itself stands
     * further in front, and is not looked at.
     */
    static String client(List<AddressBlock> trusted, String remote, String forwardedFor) {
        var client = remote;
        var hops = forwardedFor.isEmpty() ? List.<String>of() : List.of(forwardedFor.split(",", -1));
        for (var i = hops.size() - 1; i >= 0 && isTrusted(trusted, client); i--) {
            var hop = hops.get(i).strip();
            if (literal(hop) == null) {
                break;
            }
            client = hop;
        }
        return client;
    }

    private static boolean isTrusted(List<AddressBlock> trusted, String address) {
        var bytes = literal(address);
        return bytes != null && trusted.stream().anyMatch(block -> block.holds(bytes));
    }
}

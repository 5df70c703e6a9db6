package dev.livemeter.destination;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A block of addresses, such as {@code 10.0.0.0/8}. */
record AddressBlock(InetAddress first, int prefix) {

    static AddressBlock of(String cidr) {
        var slash = cidr.indexOf('/');
        return new AddressBlock(literal(cidr.substring(0, slash)), Integer.parseInt(cidr.substring(slash + 1)));
    }

    boolean contains(InetAddress address) {
        var mine = first.getAddress();
        var theirs = address.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (var bit = 0; bit < prefix; bit++) {
            var mask = 0x80 >> (bit % 8);
            if (((mine[bit / 8] ^ theirs[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Our own constants only: what is written like an address is parsed, not looked up. */
    private static InetAddress literal(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + text + "' is not an IP address.", e);
        }
    }
}

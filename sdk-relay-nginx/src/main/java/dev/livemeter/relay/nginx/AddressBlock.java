package dev.livemeter.relay.nginx;

import java.net.InetAddress;

/** A block of addresses, such as {@code 10.0.0.0/8}. */
record AddressBlock(InetAddress first, int prefix) {

    static AddressBlock of(String cidr) {
        var slash = cidr.indexOf('/');
        return new AddressBlock(
                IpLiteral.address(cidr.substring(0, slash)), Integer.parseInt(cidr.substring(slash + 1)));
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
}

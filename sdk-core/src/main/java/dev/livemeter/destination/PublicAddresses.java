package dev.livemeter.destination;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The addresses of the public internet. Users enter destinations, so whoever connects to one asks here first: otherwise that would be a way into the operator's
 * network (server-side request forgery).
 */
public final class PublicAddresses {

    /** The special-purpose addresses of RFC 6890 and its registry, multicast, and IPv6 blocks that carry an IPv4 address inside. */
    private static final List<AddressBlock> SPECIAL = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "3fff::/20")
            .map(AddressBlock::of)
            .toList();

    private static final AddressBlock GLOBAL_UNICAST_V6 = AddressBlock.of("2000::/3");

    private PublicAddresses() {}

    /** Whether it is one of them. */
    public static boolean include(InetAddress address) {
        var inside = address instanceof Inet4Address || GLOBAL_UNICAST_V6.contains(address);
        return inside && SPECIAL.stream().noneMatch(block -> block.contains(address));
    }

    /** Why a stream must not go there, in a sentence without the address; empty if it may. */
    public static Optional<String> objectionTo(InetAddress address) {
        return include(address)
                ? Optional.empty()
                : Optional.of(
                        "The server has a private or reserved address, and this relay passes streams on to public ones only.");
    }
}

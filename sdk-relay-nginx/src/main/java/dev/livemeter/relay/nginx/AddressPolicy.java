package dev.livemeter.relay.nginx;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which addresses a stream may be passed on to. Users enter destinations, so without this the relay would be a way into the
 * operator's network (server-side request forgery), or into itself, round and round.
 *
 * @param allowPrivate whether addresses that are not public are let through
 * @param ownPorts of this relay; on this machine they are refused even then
 */
record AddressPolicy(boolean allowPrivate, Set<Integer> ownPorts) {

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

    AddressPolicy {
        ownPorts = Set.copyOf(ownPorts);
    }

    /** Why a stream must not go there, in a sentence without the address; empty if it may. */
    Optional<String> objectionTo(InetAddress address, int port) {
        if (ownPorts.contains(port) && isOfThisMachine(address)) {
            return Optional.of("The address leads back to this relay; enter the platform's server instead.");
        }
        if (!allowPrivate && !isPublic(address)) {
            return Optional.of(
                    "The server has a private or reserved address, and this relay passes streams on to public ones only.");
        }
        return Optional.empty();
    }

    static boolean isPublic(InetAddress address) {
        var inside = address instanceof Inet4Address || GLOBAL_UNICAST_V6.contains(address);
        return inside && SPECIAL.stream().noneMatch(block -> block.contains(address));
    }

    private static boolean isOfThisMachine(InetAddress address) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return true;
        }
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return true;
        }
    }
}

package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PublicAddresses;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import java.util.Set;

/**
 * Which addresses a stream may be passed on to. Users enter destinations, so without this the relay would be a way into the
 * operator's network (server-side request forgery), or into itself, round and round.
 *
 * @param allowPrivate whether addresses that are not public are let through
 * @param ownPorts of this relay; on this machine they are refused even then
 */
record AddressPolicy(boolean allowPrivate, Set<Integer> ownPorts) {

    AddressPolicy {
        ownPorts = Set.copyOf(ownPorts);
    }

    /** Why a stream must not go there, in a sentence without the address; empty if it may. */
    Optional<String> objectionTo(InetAddress address, int port) {
        if (ownPorts.contains(port) && isOfThisMachine(address)) {
            return Optional.of("The address leads back to this relay; enter the platform's server instead.");
        }
        return allowPrivate ? Optional.empty() : PublicAddresses.objectionTo(address);
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

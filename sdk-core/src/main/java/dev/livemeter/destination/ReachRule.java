package dev.livemeter.destination;

import java.net.InetAddress;
import java.util.Optional;

/** Which addresses may be connected to. Pure and thread-safe. */
@FunctionalInterface
public interface ReachRule {

    /** Why nobody must connect there, in a sentence without the address; empty if one may. */
    Optional<String> objectionTo(InetAddress address, int port);
}

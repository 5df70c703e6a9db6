package dev.livemeter.benchmarks;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority;
import dev.livemeter.tools.PeerLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An authority as a host has one: lets in who brings a genuine token for their id, knows from memory who may call whom, and logs who comes and goes. Here those may call each other whose ids differ in the last letter alone. Thread-safe.
 */
final class PairedDoor implements PeerAuthority {

    private final SignalingTokens tokens;
    private final InstantSource time;
    private final PeerLog log;
    private final Map<PeerId, String> pairs = new ConcurrentHashMap<>();

    PairedDoor(SignalingTokens tokens, InstantSource time, PeerLog log) {
        this.tokens = tokens;
        this.time = time;
        this.log = log;
    }

    @Override
    public Admission admit(PeerRequest request) {
        if (!tokens.isGenuine(request.token(), request.id(), time.instant())) {
            return new Admission.Refused("The token of " + request.id() + " is not genuine, or has expired.");
        }
        pairs.put(request.id(), pairOf(request.id()));
        return new Admission.Admitted(Duration.ZERO);
    }

    @Override
    public boolean mayCall(PeerId caller, PeerId callee) {
        var pair = pairs.get(caller);
        return pair != null && pair.equals(pairOf(callee));
    }

    private static String pairOf(PeerId id) {
        return id.value().substring(0, id.value().length() - 1);
    }

    @Override
    public void joined(PeerId peer) {
        log.joined(peer);
    }

    @Override
    public void left(PeerId peer, Departure departure) {
        pairs.remove(peer);
        log.left(peer, departure);
    }
}

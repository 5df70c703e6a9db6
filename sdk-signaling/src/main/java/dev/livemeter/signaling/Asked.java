package dev.livemeter.signaling;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority;

/** Whoever decides at this moment. Thread-safe. */
final class Asked implements PeerAuthority {

    private volatile PeerAuthority who;

    Asked(PeerAuthority who) {
        this.who = who;
    }

    /** Whether everybody may do everything, and nobody wants to hear of it. */
    boolean isOpen() {
        return who instanceof OpenDoor;
    }

    void ask(PeerAuthority next) {
        who = next;
    }

    @Override
    public Admission admit(PeerRequest request) {
        return who.admit(request);
    }

    @Override
    public boolean mayCall(PeerId caller, PeerId callee) {
        return who.mayCall(caller, callee);
    }

    @Override
    public void joined(PeerId peer) {
        who.joined(peer);
    }

    @Override
    public void left(PeerId peer, Departure departure) {
        who.left(peer, departure);
    }
}

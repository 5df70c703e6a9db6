package dev.livemeter.signaling;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority;

/** Whoever decides at this moment. Thread-safe. */
final class Asked implements PeerAuthority {

    private volatile PeerAuthority who;

    Asked(PeerAuthority who) {
        this.who = who;
    }

    /** Whether everybody may do everything, so that nobody has to be asked. */
    boolean isOpen() {
        return who instanceof OpenDoor;
    }

    /** Whether somebody wants to hear who came and went. */
    boolean hears() {
        return !(who instanceof OpenDoor door) || door.isHeard();
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

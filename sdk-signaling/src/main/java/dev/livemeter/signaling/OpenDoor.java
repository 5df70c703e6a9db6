package dev.livemeter.signaling;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority;
import java.time.Duration;

/** Lets everybody in and call whom they like, as PeerServer does. Thread-safe. */
public final class OpenDoor implements PeerAuthority {

    private static final Admission ALWAYS = new Admission.Admitted(Duration.ZERO);

    /** A door that is open. */
    public OpenDoor() {}

    @Override
    public Admission admit(PeerRequest request) {
        return ALWAYS;
    }

    @Override
    public boolean mayCall(PeerId caller, PeerId callee) {
        return true;
    }
}

package dev.livemeter.signaling;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lets everybody in and call whom they like, as PeerServer does. Thread-safe. */
public final class OpenDoor implements PeerAuthority {

    private static final Admission ALWAYS = new Admission.Admitted(Duration.ZERO);

    private final @Nullable News news;

    /** A door that is open. */
    public OpenDoor() {
        this.news = null;
    }

    /** A door that is open, and beside which somebody hears who comes and goes. */
    public OpenDoor(News news) {
        this.news = news;
    }

    /** Is told who came and went, one after the other, on a thread that may block. */
    public interface News {

        /** A peer is there; told again after each reconnection. */
        void joined(PeerId peer);

        /** A peer is gone. */
        void left(PeerId peer, Departure departure);
    }

    boolean isHeard() {
        return news != null;
    }

    @Override
    public void joined(PeerId peer) {
        if (news != null) {
            news.joined(peer);
        }
    }

    @Override
    public void left(PeerId peer, Departure departure) {
        if (news != null) {
            news.left(peer, departure);
        }
    }

    @Override
    public Admission admit(PeerRequest request) {
        return ALWAYS;
    }

    @Override
    public boolean mayCall(PeerId caller, PeerId callee) {
        return true;
    }
}

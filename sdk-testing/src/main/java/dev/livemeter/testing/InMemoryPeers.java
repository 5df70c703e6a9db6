package dev.livemeter.testing;

import dev.livemeter.call.AccessToken;
import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority;
import dev.livemeter.spi.PeerAuthority.Admission;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.spi.PeerAuthority.PeerRequest;
import dev.livemeter.spi.PeerNetwork;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Signaling without a network, for tests: clients come, call each other and go by calls of methods, and obey when they are told to hang up. Thread-safe. */
public final class InMemoryPeers implements PeerNetwork {

    private final Set<PeerId> present = new HashSet<>();
    private final Set<Link> links = new HashSet<>();
    private final List<Link> hungUp = new ArrayList<>();
    private @Nullable PeerAuthority authority;

    private InMemoryPeers() {}

    /** Signaling where nobody is yet. */
    public static InMemoryPeers create() {
        return new InMemoryPeers();
    }

    /** Two clients, in no order. */
    private record Link(Set<PeerId> ends) {
        static Link of(PeerId one, PeerId other) {
            return new Link(one.equals(other) ? Set.of(one) : Set.of(one, other));
        }
    }

    @Override
    public synchronized void ask(PeerAuthority who) {
        authority = who;
    }

    /** A client comes in with a token; the sentence of the refusal, or null where it is in. */
    public @Nullable String connect(AccessToken token) {
        return connect(token.peer(), token.value().reveal());
    }

    /** As {@link #connect(AccessToken)}, with whatever id and token. */
    public @Nullable String connect(PeerId peer, String token) {
        var answer = authority().admit(new PeerRequest(peer, token, "", "192.0.2.1"));
        if (answer instanceof Admission.Refused refused) {
            return refused.sentence();
        }
        synchronized (this) {
            present.add(peer);
        }
        authority().joined(peer);
        return null;
    }

    /** A client offers a connection to another one; whether it comes about. */
    public boolean call(PeerId caller, PeerId callee) {
        if (!authority().mayCall(caller, callee)) {
            return false;
        }
        synchronized (this) {
            return present.contains(caller) && present.contains(callee) && links.add(Link.of(caller, callee));
        }
    }

    /** A client goes; what it was connected to from peer to peer stays so. */
    public void leave(PeerId peer, Departure departure) {
        final boolean was;
        synchronized (this) {
            was = present.remove(peer);
        }
        if (was) {
            authority().left(peer, departure);
        }
    }

    /** Everybody is gone, and nobody is told: as when signaling is started anew. */
    public synchronized void forgetAll() {
        present.clear();
        links.clear();
    }

    /** Whether media can flow between two clients. */
    public synchronized boolean areConnected(PeerId one, PeerId other) {
        return links.contains(Link.of(one, other));
    }

    /** How often two clients were told to hang up. */
    public synchronized int hangUps(PeerId one, PeerId other) {
        var link = Link.of(one, other);
        return (int) hungUp.stream().filter(link::equals).count();
    }

    /** Of whom a client was told that they left, as often as it was told. */
    public synchronized List<PeerId> told(PeerId peer) {
        return hungUp.stream()
                .filter(link -> link.ends().contains(peer))
                .flatMap(link -> link.ends().stream())
                .filter(end -> !end.equals(peer))
                .toList();
    }

    private synchronized PeerAuthority authority() {
        if (authority == null) {
            throw new IllegalStateException("Say with ask(...) who decides, such as live.calls().authority().");
        }
        return authority;
    }

    @Override
    public synchronized boolean isPresent(PeerId peer) {
        return present.contains(peer);
    }

    @Override
    public synchronized void hangUp(PeerId one, PeerId other) {
        var link = Link.of(one, other);
        links.remove(link);
        hungUp.add(link);
    }

    @Override
    public void dismiss(PeerId peer, String sentence) {
        leave(peer, Departure.DISMISSED);
    }
}

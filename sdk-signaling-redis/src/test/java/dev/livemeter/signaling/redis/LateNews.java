package dev.livemeter.signaling.redis;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.spi.SignalingBus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Holds back the news of who holds which id, as a network may; messages pass. Thread-safe. */
final class LateNews {

    private final List<Runnable> held = new ArrayList<>();
    private final List<PeerId> ids = new ArrayList<>();
    private boolean holds;

    synchronized void hold() {
        holds = true;
    }

    /** Whether news that somebody holds that id is held back. */
    synchronized boolean holds(PeerId peer) {
        return ids.contains(peer);
    }

    synchronized void letGo() {
        holds = false;
        held.forEach(Runnable::run);
        held.clear();
        ids.clear();
    }

    private synchronized void tell(Runnable news) {
        if (holds) {
            held.add(news);
        } else {
            news.run();
        }
    }

    private synchronized void noted(PeerId peer) {
        if (holds) {
            ids.add(peer);
        }
    }

    SignalingBus.Hearer before(SignalingBus.Hearer hearer) {
        return new SignalingBus.Hearer() {
            @Override
            public void held(SignalingBus.Holding holding) {
                noted(holding.peer());
                tell(() -> hearer.held(holding));
            }

            @Override
            public void freed(SignalingBus.Holding holding, Departure how) {
                tell(() -> hearer.freed(holding, how));
            }

            @Override
            public void all(Collection<SignalingBus.Holding> holdings) {
                tell(() -> hearer.all(holdings));
            }

            @Override
            public void received(String node, byte[] message) {
                hearer.received(node, message);
            }
        };
    }
}

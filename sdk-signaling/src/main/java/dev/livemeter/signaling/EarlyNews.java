package dev.livemeter.signaling;

import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.spi.SignalingBus;
import dev.livemeter.spi.SignalingBus.Holding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Keeps what a node hears before it knows its own name. Thread-safe. */
final class EarlyNews implements SignalingBus.Hearer {

    private final SignalingBus.Hearer hearer;
    private final List<Runnable> early = new ArrayList<>();
    private volatile boolean begun;

    EarlyNews(SignalingBus.Hearer hearer) {
        this.hearer = hearer;
    }

    synchronized void begin() {
        early.forEach(Runnable::run);
        early.clear();
        begun = true;
    }

    private void tell(Runnable news) {
        if (!begun) {
            synchronized (this) {
                if (!begun) {
                    early.add(news);
                    return;
                }
            }
        }
        news.run();
    }

    @Override
    public void held(Holding holding) {
        tell(() -> hearer.held(holding));
    }

    @Override
    public void freed(Holding holding, Departure how) {
        tell(() -> hearer.freed(holding, how));
    }

    @Override
    public void all(Collection<Holding> holdings) {
        tell(() -> hearer.all(holdings));
    }

    @Override
    public void received(String node, byte[] message) {
        tell(() -> hearer.received(node, message));
    }
}

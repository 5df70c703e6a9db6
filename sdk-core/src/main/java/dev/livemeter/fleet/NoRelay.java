package dev.livemeter.fleet;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.Ingest;
import java.time.Duration;
import java.util.List;

/** An application that relays nothing. */
final class NoRelay implements Relays {

    @Override
    public List<RelayHostStatus> hosts() {
        return List.of();
    }

    @Override
    public Ingest ingest() {
        throw new LivemeterException(
                "relay.none", "There is no relay to publish to; give one with Livemeter.builder().relay(...).");
    }

    @Override
    public IngestPlace place(UserId user) {
        return new IngestPlace("", ingest(), null);
    }

    @Override
    public RelayHostStatus drain(String host) {
        throw UnknownHost.of(host, List.of());
    }

    @Override
    public RelayHostStatus drain(String host, Duration stopAfter) {
        throw UnknownHost.of(host, List.of());
    }

    @Override
    public RelayHostStatus undrain(String host) {
        throw UnknownHost.of(host, List.of());
    }
}

package dev.livemeter.fleet;

import dev.livemeter.LivemeterException;
import dev.livemeter.fleet.RelayHostStatus.Role;
import dev.livemeter.fleet.RelayHostStatus.State;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.spi.RelayController;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.IntSupplier;

/** A relay that is no fleet, shown as its only host. Thread-safe. */
final class SingleRelay implements Relays {

    private static final String NAME = "relay";

    private final RelayController relay;
    private final Ingest ingest;
    private final TimeSource time;
    private final IntSupplier streams;
    private State state = State.UP;
    private Instant since;

    SingleRelay(RelayController relay, Ingest ingest, TimeSource time, IntSupplier streams) {
        this.relay = relay;
        this.ingest = ingest;
        this.time = time;
        this.streams = streams;
        this.since = time.instant();
    }

    @Override
    public List<RelayHostStatus> hosts() {
        var health = Pulse.of(relay);
        var trouble = health.trouble();
        return List.of(new RelayHostStatus(
                NAME,
                Role.ORDINARY,
                trouble == null ? State.UP : State.DOWN,
                trouble == null ? "" : trouble,
                since(trouble == null ? State.UP : State.DOWN),
                ingest(),
                streams.getAsInt(),
                0,
                0,
                null,
                health.cpuPercent(),
                null));
    }

    private synchronized Instant since(State now) {
        if (now != state) {
            state = now;
            since = time.instant();
        }
        return since;
    }

    @Override
    public Ingest ingest() {
        return relay.movedTo().orElse(ingest);
    }

    @Override
    public IngestPlace place(UserId user) {
        return new IngestPlace(NAME, ingest(), null);
    }

    @Override
    public RelayHostStatus drain(String host) {
        throw refusal(host);
    }

    @Override
    public RelayHostStatus drain(String host, Duration stopAfter) {
        throw refusal(host);
    }

    @Override
    public RelayHostStatus undrain(String host) {
        throw refusal(host);
    }

    private static LivemeterException refusal(String host) {
        return host.equals(NAME)
                ? new LivemeterException(
                        "relay_host.single",
                        "There is a single relay, and nowhere to send its users to while it is emptied. Give a RelayFleet of several"
                                + " to Livemeter.builder().relay(...).")
                : UnknownHost.of(host, List.of(NAME));
    }
}

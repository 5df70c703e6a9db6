package dev.livemeter.fleet;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.spi.RelayController;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The relay hosts: how they stand, who publishes where, and how one is emptied for maintenance. A relay that is no {@link RelayFleet} shows as one host of the
 * name {@code relay}, and cannot be emptied. Thread-safe.
 */
public sealed interface Relays permits RelayFleet, SingleRelay, NoRelay {

    /**
     * The relays behind what was given to {@code Livemeter.builder()}.
     *
     * @param relay null where there is none
     * @param ingest what the relay returned when it was opened; null where there is none
     * @param streams how many streams run
     */
    static Relays of(@Nullable RelayController relay, @Nullable Ingest ingest, TimeSource time, IntSupplier streams) {
        if (relay == null || ingest == null) {
            return new NoRelay();
        }
        return relay instanceof RelayFleet fleet ? fleet : new SingleRelay(relay, ingest, time, streams);
    }

    /** All hosts, in the order in which they were given. Of a relay that is no fleet, the health is asked for here, which may take some seconds. */
    List<RelayHostStatus> hosts();

    /**
     * Where somebody publishes to of whom nothing is known: to the host where there is most room at this moment.
     *
     * @throws LivemeterException {@code relay.none} if there is no relay
     */
    Ingest ingest();

    /**
     * Where that user publishes to. Stays the same while that host is up and is not drained, so that encoders need not be set anew.
     *
     * @throws LivemeterException {@code relay.none} if there is no relay
     */
    IngestPlace place(UserId user);

    /**
     * Lets no new streams in at a host; those that run go on. A deadline from before is taken back. Idempotent. Forgotten when the application ends.
     *
     * @throws LivemeterException first match wins: {@code relay_host.unknown}; {@code relay_host.single} where the relay is no fleet
     */
    RelayHostStatus drain(String host);

    /**
     * The same, and what still runs after that time is stopped; counted anew with each call.
     *
     * @param stopAfter up to seven days; zero stops at once
     * @throws LivemeterException first match wins: {@code relay_host.unknown}; {@code relay_host.single} where the relay is no fleet;
     *     {@code relay_host.malformed_deadline}
     */
    RelayHostStatus drain(String host, Duration stopAfter);

    /**
     * Lets streams in again at a host. Idempotent.
     *
     * @throws LivemeterException as {@link #drain(String)}
     */
    RelayHostStatus undrain(String host);
}

package dev.livemeter.tools;

import dev.livemeter.peer.PeerId;
import dev.livemeter.signaling.OpenDoor;
import dev.livemeter.spi.PeerAuthority.Departure;
import java.io.PrintStream;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Prints who comes and goes, each as one line of JSON. Tokens are not known here. Thread-safe. */
public final class PeerLog implements OpenDoor.News {

    private final PrintStream out;
    private final InstantSource time;

    /** A log that is printed there, with moments of that time. */
    public PeerLog(PrintStream out, InstantSource time) {
        this.out = out;
        this.time = time;
    }

    @Override
    public void joined(PeerId peer) {
        print("joined", peer);
    }

    @Override
    public void left(PeerId peer, Departure departure) {
        print(departure.name().toLowerCase(Locale.ROOT), peer);
    }

    /** An id has letters, digits, spaces, hyphens and underscores alone, so nothing has to be escaped. */
    private void print(String event, PeerId peer) {
        out.println("{\"at\":\"" + time.instant().truncatedTo(ChronoUnit.MILLIS) + "\",\"event\":\"" + event
                + "\",\"peer\":\"" + peer.value() + "\"}");
    }
}

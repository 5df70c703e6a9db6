package dev.livemeter.broadcast;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.session.SessionId;

/** Is told how the broadcasts of running streams fare on their platforms. Called without a lock; returns soon. */
public interface BroadcastWatcher {

    /** What a platform says now, or that it does not answer; also where nothing changed. */
    void seen(SessionId session, DestinationId destination, BroadcastStatus status);
}

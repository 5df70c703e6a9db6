package dev.livemeter.quickstart;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.spi.RelayController;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** A relay to which nobody ever comes. */
final class NoRelay implements RelayController {

    @Override
    public Ingest open(RelayAuthority authority) {
        return new Ingest(URI.create("rtmp://127.0.0.1/live"));
    }

    @Override
    public void disconnect(SessionId session) {}

    @Override
    public void pushTo(SessionId session, List<RelayAuthority.Push> pushes) {}

    @Override
    public void retryNow(SessionId session, DestinationId destination) {}

    @Override
    public Optional<String> objectionTo(PushTarget target) {
        return Optional.empty();
    }

    @Override
    public void close() {}
}

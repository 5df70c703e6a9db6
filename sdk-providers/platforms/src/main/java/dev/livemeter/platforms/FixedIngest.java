package dev.livemeter.platforms;

import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.StreamLimits;
import dev.livemeter.spi.StreamProvider;
import java.net.URI;

/** A platform with one ingest address for everybody, where the key alone says whose stream it is. */
record FixedIngest(String name, String displayName, URI server, StreamLimits limits) implements StreamProvider {

    FixedIngest at(URI other) {
        return new FixedIngest(name, displayName, other, limits);
    }

    @Override
    public Check check(Destination destination) {
        if (destination.server() != null) {
            return new Check.Objection(
                    "The destination '" + destination.name() + "' names the server " + destination.server() + ", but "
                            + displayName + " has a fixed one; leave it out, or add it as a custom RTMP server.");
        }
        return new Check.Accepted();
    }

    @Override
    public Preparation prepare(Destination destination) {
        return new Preparation.Ready(new PushTarget(server, destination.requireKey()));
    }
}

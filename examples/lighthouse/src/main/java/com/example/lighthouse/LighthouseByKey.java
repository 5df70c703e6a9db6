package com.example.lighthouse;

import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.spi.StreamProvider;
import java.net.URI;

/** Lighthouse by stream key: all that a platform needs to be one. */
class LighthouseByKey implements StreamProvider {

    static final String NAME = "lighthouse";

    private final URI server;

    LighthouseByKey(URI server) {
        this.server = server;
    }

    @Override
    public final String name() {
        return NAME;
    }

    @Override
    public final String displayName() {
        return "Lighthouse";
    }

    @Override
    public final Check check(Destination destination) {
        if (destination.server() != null) {
            return new Check.Objection("The destination '" + destination.name()
                    + "' names a server, but Lighthouse has one for all; leave it out.");
        }
        var key = destination.key();
        return key == null || key.reveal().startsWith("lh-")
                ? new Check.Accepted()
                : new Check.Objection("The stream key of '" + destination.name()
                        + "' does not begin with lh-; copy it again from Lighthouse.");
    }

    @Override
    public final Preparation prepare(Destination destination) {
        return new Preparation.Ready(new PushTarget(server, destination.requireKey()));
    }
}

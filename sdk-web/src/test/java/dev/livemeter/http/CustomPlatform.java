package dev.livemeter.http;

import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.spi.StreamProvider;
import java.util.Objects;

/** A platform that needs a server. */
final class CustomPlatform implements StreamProvider {

    @Override
    public String name() {
        return "custom";
    }

    @Override
    public String displayName() {
        return "Custom server";
    }

    @Override
    public Check check(Destination destination) {
        return destination.server() == null
                ? new Check.Objection("The destination '" + destination.name() + "' names no server.")
                : new Check.Accepted();
    }

    @Override
    public Preparation prepare(Destination destination) {
        return new Preparation.Ready(
                new PushTarget(Objects.requireNonNull(destination.server()), destination.requireKey()));
    }
}

package dev.livemeter.http;

import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.destination.Destination;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.StreamProvider;

/** A platform that takes streams by accounts, and is never asked to. */
final class ShowPlatform implements StreamProvider, HostsBroadcasts {

    @Override
    public String name() {
        return "show";
    }

    @Override
    public String displayName() {
        return "Show";
    }

    @Override
    public Check check(Destination destination) {
        return destination.server() == null
                ? new Check.Accepted()
                : new Check.Objection("Show has a server of its own; leave it out.");
    }

    @Override
    public Preparation prepare(Destination destination) {
        return new Preparation.NotReady(false, "Show is closed.");
    }

    @Override
    public Opening open(BroadcastPlan plan, AccountAccess access) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Look advance(BroadcastRef broadcast, AccountAccess access) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Ending end(BroadcastRef broadcast, AccountAccess access) {
        throw new UnsupportedOperationException();
    }
}

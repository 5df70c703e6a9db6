package dev.livemeter.platforms;

import dev.livemeter.destination.ConnectionTest;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PlatformGuide;
import dev.livemeter.destination.PlatformGuide.ServerChoice;
import dev.livemeter.destination.PlatformGuide.Transport;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.ReachRule;
import dev.livemeter.destination.StreamLimits;
import dev.livemeter.platforms.rtmp.KeyedPlatform;
import dev.livemeter.platforms.rtmp.Probe;
import dev.livemeter.platforms.rtmp.RtmpTester;
import dev.livemeter.secret.Secret;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A platform of the catalogue, reached with a key that the user copies from it.
 *
 * @param tester of the way there
 */
record RtmpPlatform(CatalogueEntry entry, RtmpTester tester) implements KeyedPlatform {

    static RtmpPlatform of(CatalogueEntry entry) {
        return new RtmpPlatform(entry, RtmpTester.usual());
    }

    RtmpPlatform at(URI server) {
        return new RtmpPlatform(entry.at(server), tester);
    }

    @Override
    public String name() {
        return entry.name();
    }

    @Override
    public String displayName() {
        return entry.displayName();
    }

    @Override
    public StreamLimits limits() {
        return entry.limits();
    }

    @Override
    public Optional<PlatformGuide> guide() {
        return Optional.of(entry.guide());
    }

    @Override
    public Check check(Destination destination) {
        var objection = objectionTo(destination.name(), destination.server());
        return objection == null ? new Check.Accepted() : new Check.Objection(objection);
    }

    private @Nullable String objectionTo(String name, @Nullable URI server) {
        var guide = entry.guide();
        if (server == null) {
            return guide.serverChoice() == ServerChoice.REQUIRED ? noServer(name) : null;
        }
        if (guide.serverChoice() == ServerChoice.FIXED) {
            return "The destination '" + name + "' names the server " + server + ", but " + displayName()
                    + " has a fixed one; leave it out, or add it as a custom RTMP server.";
        }
        return guide.transport() == Transport.RTMPS && !"rtmps".equals(server.getScheme())
                ? "The destination '" + name + "' names the server " + server + ", but " + displayName()
                        + " takes streams over TLS only; copy the address that begins with rtmps://."
                : null;
    }

    private String noServer(String name) {
        return entry.name().equals(CatalogueEntry.CUSTOM.name())
                ? "The destination '" + name
                        + "' names no server; give the address that the platform shows, such as rtmp://host/app."
                : "The destination '" + name + "' names no server, and " + displayName()
                        + " has none that is the same for all; copy the one that it shows beside the stream key.";
    }

    @Override
    public Preparation prepare(Destination destination) {
        var server = destination.server() == null ? entry.guide().server() : destination.server();
        return server == null
                ? new Preparation.NotReady(false, noServer(destination.name()))
                : new Preparation.Ready(new PushTarget(server, destination.requireKey()));
    }

    @Override
    public ConnectionTest test(PushTarget target, ReachRule rule) {
        return tester.test(target, rule, probe(target));
    }

    /** Twitch alone promises that a stream with that flag is shown to nobody. Everywhere else whoever publishes is, or may be, on air. */
    private Probe probe(PushTarget target) {
        if (!entry.name().equals(CatalogueEntry.TWITCH.name())) {
            return new Probe.Never("The stream key was not tried, as " + displayName()
                    + " offers no test that nobody sees; the first stream will tell.");
        }
        var key = target.key().reveal();
        var flag = key.indexOf('?') < 0 ? "?bandwidthtest=true" : "&bandwidthtest=true";
        return new Probe.Unseen(Secret.of(key + flag), "It was a bandwidth test, which Twitch shows to nobody.");
    }
}

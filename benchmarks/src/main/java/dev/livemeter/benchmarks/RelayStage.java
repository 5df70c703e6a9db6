package dev.livemeter.benchmarks;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.relay.nginx.NginxRelayConfig;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.RelayAuthority.Push;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What the measurements of the relay have in common: how it is set up, and how they wait for it. */
final class RelayStage {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private RelayStage() {}

    static NginxRelayConfig settings(Path folder, int destinations) {
        return plan(folder, destinations).build();
    }

    /** The same, to be completed. */
    static NginxRelayConfig.Builder plan(Path folder, int destinations) {
        return NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(destinations)
                .allowPrivateDestinations(true)
                .workDirectory(folder);
    }

    static Push push(String name, String server, String key) {
        return new Push(new DestinationId(name), new PushTarget(URI.create(server), Secret.of(key)));
    }

    static void until(String what, BooleanSupplier condition) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "Waited " + PATIENCE.toSeconds() + " s in vain for this: " + what + ".");
            }
            MeterRun.sleep(Duration.ofMillis(20));
        }
    }
}

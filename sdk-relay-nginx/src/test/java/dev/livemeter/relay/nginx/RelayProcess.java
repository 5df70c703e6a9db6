package dev.livemeter.relay.nginx;

import java.nio.file.Path;
import java.time.Duration;

/** A host application that opens a relay and then does nothing, to be killed by a test. */
final class RelayProcess {

    private RelayProcess() {}

    public static void main(String[] arguments) throws Exception {
        var relay = NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(Integer.parseInt(arguments[0]))
                .workDirectory(Path.of(arguments[1]))
                .heartbeat(Duration.ofSeconds(1))
                .mostDestinations(1)
                .build());
        relay.open(new ScriptedAuthority());
        System.out.println("open");
        Thread.sleep(60_000);
    }
}

package dev.livemeter.relay.nginx.deploy;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A program that uploads, and then waits to be killed. */
final class StoppingDeployer {

    private StoppingDeployer() {}

    static RelayConfiguration configuration() {
        return TestRelayHost.plain("killed on its way");
    }

    public static void main(String[] arguments) {
        var host = RelayHost.at("127.0.0.1")
                .port(Integer.parseInt(arguments[0]))
                .knownHosts(Path.of(arguments[1]))
                .key(Path.of(arguments[2]))
                .build();
        RelayDeployment.to(host).deploy(configuration(), (sentence, since) -> {
            if (sentence.startsWith("nginx on the host takes")) {
                System.out.println("uploaded");
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
    }
}

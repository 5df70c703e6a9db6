package dev.livemeter.studio;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.platforms.CustomRtmp;
import dev.livemeter.relay.nginx.NginxRelay;
import dev.livemeter.relay.nginx.NginxRelayConfig;
import dev.livemeter.session.SessionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** An application in a process of its own, whose streams outlive it, for tests that kill it. */
final class OutlivedProcess {

    private OutlivedProcess() {}

    /**
     * Runs until it is killed. Says when the end of the stream is in the books, which may come after everybody was told.
     *
     * @param arguments a folder for the data; and where there is nothing yet, the server to pass streams on to
     */
    public static void main(String[] arguments) throws Exception {
        var data = Path.of(arguments[0]);
        var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
        try (var live = Livemeter.builder()
                .wallet(JdbcWallet.open("jdbc:h2:file:" + data.resolve("livemeter")))
                .relay(NginxRelay.local(NginxRelayConfig.builder()
                        .ingestPort(0)
                        .mostDestinations(2)
                        .heartbeat(Duration.ofSeconds(2))
                        .allowPrivateDestinations(true)
                        .workDirectory(data.resolve("relay"))
                        .restartGrace(Duration.ofSeconds(30))
                        .build()))
                .provider(CustomRtmp.create())
                .tariff(tariff)
                .policy(SessionPolicy.builder(tariff.currency())
                        .minimumToStart(Money.of("USD", "1.00"))
                        .quota(Duration.ofSeconds(60))
                        .renewBefore(Duration.ofSeconds(40))
                        .settleEvery(Duration.ofSeconds(1))
                        .build())
                .listener(event -> System.out.println(event.code() + " " + event.sentence()))
                .build()) {
            if (arguments.length > 1) {
                live.wallets().credit("alice", Money.of("USD", "50.00"), "order-1");
                live.destinations().add("alice", Destination.custom("sink", arguments[1], "platform-key"));
                System.out.println("publish " + live.ingest().url() + " "
                        + live.streamKeys().create("alice").reveal());
            }
            System.out.println("ready");
            while (live.sessions().history("alice", 1).stream()
                    .noneMatch(session -> session.state().isOver())) {
                Thread.sleep(100);
            }
            System.out.println("stored ");
            new CountDownLatch(1).await();
        }
    }
}

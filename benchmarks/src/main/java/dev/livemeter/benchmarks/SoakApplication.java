package dev.livemeter.benchmarks;

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
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** The application of a soak, in a process of its own, so that it can be killed: a cent a second, books in a file, streams that outlive it. */
final class SoakApplication {

    static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** What a second costs. */
    static final String PER_MINUTE = "0.60";

    private SoakApplication() {}

    /**
     * Runs until its input ends, and obeys the orders that come there: {@code user NAME CENTS SERVER...}, {@code credit NAME CENTS ORDER}, {@code heap}.
     *
     * @param arguments a folder for the data, with the certificate of the ingest
     */
    public static void main(String[] arguments) throws Exception {
        var data = Path.of(arguments[0]);
        var tariff = Tariff.perMinute("USD", PER_MINUTE).in(Increment.SECONDS);
        try (var live = Livemeter.builder()
                .wallet(JdbcWallet.open("jdbc:h2:file:" + data.resolve("livemeter")))
                .relay(NginxRelay.local(NginxRelayConfig.builder()
                        .ingestPort(0)
                        .ingestTls(0, data.resolve("ingest.crt"), data.resolve("ingest.key"))
                        .slots(3)
                        .heartbeat(HEARTBEAT)
                        .allowPrivateDestinations(true)
                        .workDirectory(data.resolve("relay"))
                        .restartGrace(Duration.ofSeconds(45))
                        .build()))
                .provider(CustomRtmp.create())
                .tariff(tariff)
                .policy(SessionPolicy.builder(tariff.currency())
                        .minimumToStart(Money.of("USD", "0.10"))
                        .lowBalanceBelow(Money.of("USD", "0.05"))
                        .quota(Duration.ofSeconds(120))
                        .renewBefore(Duration.ofSeconds(90))
                        .settleEvery(Duration.ofSeconds(5))
                        .build())
                .build()) {
            System.out.println("ready " + live.ingest().url());
            var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (var order = orders.readLine(); order != null; order = orders.readLine()) {
                System.out.println(obey(live, order.split(" ", -1)));
            }
        }
    }

    private static String obey(Livemeter live, String[] order) throws IOException {
        return switch (order[0]) {
            case "user" -> {
                live.wallets().credit(order[1], cents(order[2]), "start-" + order[1]);
                for (var i = 3; i < order.length; i++) {
                    live.destinations()
                            .add(order[1], Destination.custom("platform " + i, order[i], order[1] + "-" + i));
                }
                yield "key " + live.streamKeys().create(order[1]).reveal();
            }
            case "credit" -> {
                live.wallets().credit(order[1], cents(order[2]), order[3]);
                yield "credited";
            }
            case "heap" -> {
                System.gc();
                var runtime = Runtime.getRuntime();
                yield "heap " + (runtime.totalMemory() - runtime.freeMemory());
            }
            default -> throw new IOException("The order '" + order[0] + "' is not known.");
        };
    }

    private static Money cents(String count) {
        return Money.ofMicros("USD", Long.parseLong(count) * 10_000);
    }
}

package dev.livemeter.benchmarks;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.platforms.CustomRtmp;
import dev.livemeter.relay.nginx.NginxHostConfig;
import dev.livemeter.relay.nginx.NginxRelay;
import dev.livemeter.relay.nginx.NginxRelayConfig;
import dev.livemeter.relay.nginx.deploy.RelayHost;
import dev.livemeter.session.SessionPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;

/** The application of a soak, in a process of its own, so that it can be killed: a cent a second, books in a file, streams that outlive it. */
final class SoakApplication {

    static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** A crash costs the operator so much of each stream that ends before the next process has it. */
    static final Duration PROVED = Duration.ofSeconds(1);

    /** What a second costs. */
    static final String PER_MINUTE = "0.60";

    private SoakApplication() {}

    static final String INGEST_CERTIFICATE = "ingest.crt";
    static final String INGEST_KEY = "ingest.key";

    /** Of the platform that is reached by TLS, which proves itself. */
    static final String PLATFORM_CERTIFICATE = "platform.crt";

    private static final String HOST = "relay-host.properties";
    private static final Duration GRACE = Duration.ofSeconds(45);

    /** A relay host, and the ports there that nobody else has. */
    record HostPlace(
            int sshPort,
            Path knownHosts,
            Path key,
            int controlPort,
            int callbackPort,
            int innerPorts,
            int ingestPort,
            int ingestTlsPort) {}

    /**
     * Runs until its input ends, and obeys the orders that come there: {@code user NAME CENTS SERVER...}, {@code destination USER NUMBER SERVER}, {@code credit NAME CENTS ORDER}, {@code heap}, {@code health}.
     *
     * @param arguments a folder for the data, with the certificate of the ingest, and where the relay is to be on a relay host what {@link #onHost} wrote there
     */
    public static void main(String[] arguments) throws Exception {
        var data = Path.of(arguments[0]);
        var tariff = Tariff.perMinute("USD", PER_MINUTE).in(Increment.SECONDS);
        var relay = relay(data);
        try (var live = Livemeter.builder()
                .wallet(JdbcWallet.open("jdbc:h2:file:" + data.resolve("livemeter")))
                .relay(relay)
                .provider(CustomRtmp.create())
                .tariff(tariff)
                .policy(SessionPolicy.builder(tariff.currency())
                        .minimumToStart(Money.of("USD", "0.10"))
                        .lowBalanceBelow(Money.of("USD", "0.05"))
                        .quota(Duration.ofSeconds(120))
                        .renewBefore(Duration.ofSeconds(90))
                        .settleEvery(Duration.ofSeconds(5))
                        .proveEvery(PROVED)
                        .build())
                .build()) {
            System.out.println(
                    "ready " + live.ingest().url() + " " + live.ingest().tlsUrl());
            var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (var order = orders.readLine(); order != null; order = orders.readLine()) {
                System.out.println(obey(live, relay, order.split(" ", -1)));
            }
        }
    }

    /** The relay is to be on that host. */
    static void onHost(Path data, HostPlace place) throws IOException {
        var written = new Properties();
        written.setProperty("ssh-port", Integer.toString(place.sshPort()));
        written.setProperty("known-hosts", place.knownHosts().toString());
        written.setProperty("key", place.key().toString());
        written.setProperty("control-port", Integer.toString(place.controlPort()));
        written.setProperty("callback-port", Integer.toString(place.callbackPort()));
        written.setProperty("inner-ports", Integer.toString(place.innerPorts()));
        written.setProperty("ingest-port", Integer.toString(place.ingestPort()));
        written.setProperty("ingest-tls-port", Integer.toString(place.ingestTlsPort()));
        try (var to = Files.newBufferedWriter(data.resolve(HOST))) {
            written.store(to, null);
        }
    }

    private static NginxRelay relay(Path data) throws IOException {
        var settings = NginxRelayConfig.builder()
                .mostDestinations(3)
                .heartbeat(HEARTBEAT)
                .allowPrivateDestinations(true);
        var certificate = data.resolve(INGEST_CERTIFICATE);
        var key = data.resolve(INGEST_KEY);
        if (!Files.exists(data.resolve(HOST))) {
            return NginxRelay.local(settings.ingestPort(0)
                    .ingestTls(0, certificate, key)
                    .workDirectory(data.resolve("relay"))
                    .restartGrace(GRACE)
                    .build());
        }
        var place = new Properties();
        try (var from = Files.newBufferedReader(data.resolve(HOST))) {
            place.load(from);
        }
        var host = RelayHost.at("127.0.0.1")
                .port(number(place, "ssh-port"))
                .knownHosts(Path.of(value(place, "known-hosts")))
                .key(Path.of(value(place, "key")))
                .build();
        return NginxRelay.on(
                NginxHostConfig.of(host)
                        .restartGrace(GRACE)
                        .controlPort(number(place, "control-port"))
                        .callbackPort(number(place, "callback-port"))
                        .innerPorts(number(place, "inner-ports"))
                        .build(),
                settings.ingestPort(number(place, "ingest-port"))
                        .ingestTls(number(place, "ingest-tls-port"), certificate, key)
                        .egressCa(data.resolve(PLATFORM_CERTIFICATE))
                        .build());
    }

    private static int number(Properties place, String name) {
        return Integer.parseInt(value(place, name));
    }

    private static String value(Properties place, String name) {
        return Objects.requireNonNull(place.getProperty(name), name);
    }

    private static String obey(Livemeter live, NginxRelay relay, String[] order) throws IOException {
        return switch (order[0]) {
            case "user" -> {
                live.wallets().credit(order[1], cents(order[2]), "start-" + order[1]);
                for (var i = 3; i < order.length; i++) {
                    live.destinations()
                            .add(order[1], Destination.custom("platform " + i, order[i], order[1] + "-" + i));
                }
                yield "key " + live.streamKeys().create(order[1]).reveal();
            }
            case "destination" -> {
                live.destinations()
                        .add(order[1], Destination.custom("platform " + order[2], order[3], order[1] + "-" + order[2]));
                yield "added";
            }
            case "health" ->
                "health " + Objects.requireNonNullElse(relay.health().trouble(), "up");
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

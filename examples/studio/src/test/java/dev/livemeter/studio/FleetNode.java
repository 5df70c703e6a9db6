package dev.livemeter.studio;

import dev.livemeter.Livemeter;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.platforms.CustomRtmp;
import dev.livemeter.relay.nginx.NginxHostConfig;
import dev.livemeter.relay.nginx.NginxRelay;
import dev.livemeter.relay.nginx.NginxRelayConfig;
import dev.livemeter.relay.nginx.deploy.RelayHost;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.relay.nginx.deploy.TestRelayHost;
import dev.livemeter.secret.AesGcmSecretCipher;
import dev.livemeter.session.SessionPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** One of two nodes of an application, on one database and one fleet, in this process or in one of its own that can be killed: six dollars a minute, sold by the second. */
final class FleetNode {

    static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private static final int NODES = 2;

    /** Ports that nginx has for itself on a relay host. */
    private static final int INNER_PORTS = 64;

    private FleetNode() {}

    /**
     * What both nodes are told.
     *
     * @param secrets the key for what is stored sealed
     */
    record Place(
            String database,
            Path secrets,
            int sshPort,
            Path knownHosts,
            Path key,
            int controlPort,
            int callbackPort,
            int innerPorts,
            int ingestPort) {

        /** On that host, with ports there that nobody else has. */
        static Place on(String database, Path secrets, TestRelayHost host) throws IOException {
            var way = host.way().build();
            return new Place(
                    database,
                    secrets,
                    host.sshPort(),
                    way.knownHosts(),
                    way.keyFile(),
                    host.controlPort(),
                    host.callbackPort(),
                    TestPorts.free(INNER_PORTS),
                    TestPorts.free());
        }

        static Place of(String[] words) {
            return new Place(
                    words[0],
                    Path.of(words[1]),
                    Integer.parseInt(words[2]),
                    Path.of(words[3]),
                    Path.of(words[4]),
                    Integer.parseInt(words[5]),
                    Integer.parseInt(words[6]),
                    Integer.parseInt(words[7]),
                    Integer.parseInt(words[8]));
        }

        List<String> words() {
            return List.of(
                    database,
                    secrets.toString(),
                    Integer.toString(sshPort),
                    knownHosts.toString(),
                    key.toString(),
                    Integer.toString(controlPort),
                    Integer.toString(callbackPort),
                    Integer.toString(innerPorts),
                    Integer.toString(ingestPort));
        }
    }

    /** A node on books that are the caller's to close. */
    static Livemeter open(Place place, JdbcWallet books) {
        var host = RelayHost.at("127.0.0.1")
                .port(place.sshPort())
                .knownHosts(place.knownHosts())
                .key(place.key())
                .build();
        var relay = NginxRelay.on(
                NginxHostConfig.of(host)
                        .nodes(NODES)
                        .controlPort(place.controlPort())
                        .callbackPort(place.callbackPort())
                        .innerPorts(place.innerPorts())
                        .build(),
                NginxRelayConfig.builder()
                        .ingestPort(place.ingestPort())
                        .mostDestinations(2)
                        .heartbeat(HEARTBEAT)
                        .allowPrivateDestinations(true)
                        .build());
        var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
        return Livemeter.builder()
                .wallet(books)
                .secrets(AesGcmSecretCipher.withKeyFile(place.secrets()))
                .relay(RelayFleet.builder()
                        .host("relay1", relay, HostCapacity.megabits(1000))
                        .lookEvery(LOOK_EVERY)
                        .build())
                .provider(CustomRtmp.create())
                .tariff(tariff)
                .policy(SessionPolicy.builder(tariff.currency())
                        .minimumToStart(Money.of("USD", "1.00"))
                        .lowBalanceBelow(Money.of("USD", "0.50"))
                        .quota(Duration.ofSeconds(40))
                        .renewBefore(Duration.ofSeconds(30))
                        .settleEvery(Duration.ofSeconds(1))
                        .build())
                .build();
    }

    /** Runs until it is killed. */
    public static void main(String[] words) throws InterruptedException {
        var place = Place.of(words);
        try (var books = JdbcWallet.open(place.database());
                var live = open(place, books)) {
            System.out.println("ready " + live.ingest().url());
            new CountDownLatch(1).await();
        }
    }
}

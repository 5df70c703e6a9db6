package dev.livemeter.relay.nginx;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.relay.nginx.deploy.CuttingProxy;
import dev.livemeter.relay.nginx.deploy.RelayDeployment;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.relay.nginx.deploy.TestRelayHost;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An application whose relay is on a relay host: six dollars a minute, sold by the second. The way to the host can be cut. */
final class LiveOnHost implements AutoCloseable {

    static final Duration HEARTBEAT = Duration.ofSeconds(2);

    final TestRelayHost host;
    final CuttingProxy wire;
    final InMemoryBooks books = InMemoryBooks.create(TimeSource.system());
    final List<LiveEvent> events = new CopyOnWriteArrayList<>();
    final int ingestPort = TestPorts.free();
    final int innerPorts = TestPorts.free(NginxHostConfig.INNER_PORTS);
    final NginxRelayConfig.Builder settings;
    Duration grace = Duration.ofSeconds(20);
    PushResolver.NameService names = InetAddress::getAllByName;
    NginxRelay relay;
    Livemeter live;

    LiveOnHost(Path folder) throws Exception {
        host = TestRelayHost.start(folder);
        wire = new CuttingProxy(host.sshPort(), Long.MAX_VALUE);
        settings = NginxRelayConfig.builder()
                .ingestPort(ingestPort)
                .mostDestinations(3)
                .heartbeat(HEARTBEAT)
                .allowPrivateDestinations(true);
    }

    NginxHostConfig.Builder where() throws Exception {
        return NginxHostConfig.of(host.wayThrough(wire.port()).build())
                .restartGrace(grace)
                .controlPort(host.controlPort())
                .callbackPort(host.callbackPort())
                .innerPorts(innerPorts);
    }

    NginxRelay newRelay() throws Exception {
        return NginxRelay.on(where().build(), settings.build(), host -> names.addresses(host));
    }

    void start() throws Exception {
        relay = newRelay();
        start(relay);
    }

    void start(RelayController with) {
        var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
        live = Livemeter.builder()
                .wallet(books)
                .relay(with)
                .provider(new OutlivedApplicationTest.Sinks())
                .tariff(tariff)
                .policy(SessionPolicy.builder(tariff.currency())
                        .minimumToStart(Money.of("USD", "0.60"))
                        .lowBalanceBelow(Money.of("USD", "0.50"))
                        .quota(Duration.ofSeconds(40))
                        .renewBefore(Duration.ofSeconds(30))
                        .build())
                .listener(events::add)
                .build();
    }

    /** A user with money and these destinations; the key. */
    String user(String name, String credit, String... servers) {
        live.wallets().credit(name, Money.of("USD", credit), "order-" + name);
        for (var i = 0; i < servers.length; i++) {
            live.destinations().add(name, Destination.custom("d" + i, servers[i], name + "-key-" + i));
        }
        return live.streamKeys().create(name).reveal();
    }

    FfmpegPublisher publish(String key) {
        return new FfmpegPublisher(live.ingest().url().toString(), key).start();
    }

    SessionStatus status() {
        return live.sessions().running().get(0);
    }

    long liveDestinations() {
        return live.sessions().running().stream()
                .flatMap(session -> session.destinations().stream())
                .filter(destination -> destination.state() == State.LIVE)
                .count();
    }

    Session stored(SessionId session) {
        return books.sessions().find(session).orElseThrow();
    }

    Session over(SessionId session) {
        Await.until("the session is over", () -> stored(session).state() == SessionState.ENDED);
        return stored(session);
    }

    RelayDeployment deployment() throws Exception {
        return host.deployment();
    }

    static InetAddress[] loopback(String host) {
        return new InetAddress[] {IpLiteral.address("127.0.0.1")};
    }

    @Override
    public void close() throws IOException {
        if (live != null) {
            live.close();
        }
        wire.close();
        host.close();
    }
}

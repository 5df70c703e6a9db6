package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.relay.nginx.PushResolver.NameService;
import dev.livemeter.relay.nginx.PushResolver.Resolution;
import dev.livemeter.secret.Secret;
import dev.livemeter.testing.ManualTime;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PushResolverTest {

    private static final PushTarget TARGET =
            new PushTarget(URI.create("rtmp://platform.test/app"), Secret.of("key-0123456789"));

    @Test
    void takesTheAddressesInTurnAndIpv4First() {
        var resolver = resolver(addresses("2606:4700::1", "1.1.1.1", "1.0.0.1"));
        assertThat(Stream.of(0, 1, 2, 3).map(attempt -> resolver.resolve(TARGET, attempt, "alice")))
                .containsExactly(
                        found("rtmp://1.1.1.1:1935/app/key-0123456789"),
                        found("rtmp://1.0.0.1:1935/app/key-0123456789"),
                        found("rtmp://[2606:4700:0:0:0:0:0:1]:1935/app/key-0123456789"),
                        found("rtmp://1.1.1.1:1935/app/key-0123456789"));
    }

    @Test
    void onePrivateAddressAmongPublicOnesIsEnoughToRefuse() {
        assertThat(resolver(addresses("1.1.1.1", "10.0.0.1")).resolve(TARGET, 0, "alice"))
                .isInstanceOf(Resolution.Refused.class);
    }

    @Test
    void anUnknownNameMayBecomeKnown() {
        assertThat(resolver(host -> {
                            throw new UnknownHostException(host);
                        })
                        .resolve(TARGET, 0, "alice"))
                .isEqualTo(new Resolution.NotNow(
                        "The name of the server could not be resolved; check it for typing errors."));
    }

    @Test
    void aSlowNameServerIsNotWaitedFor() {
        var never = new CountDownLatch(1);
        try {
            var begun = System.nanoTime();
            var resolution = resolver(host -> {
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        throw new UnknownHostException(host);
                    })
                    .resolve(TARGET, 0, "alice");
            assertThat(resolution).isInstanceOf(Resolution.NotNow.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
        } finally {
            never.countDown();
        }
    }

    @Test
    @DisplayName("Acceptance 15: prints without the key")
    void printsWithoutTheKey() {
        assertThat(resolver(addresses("1.1.1.1")).resolve(TARGET, 0, "alice").toString())
                .doesNotContain("key-0123456789");
        assertThat(new Answer.PassTo("rtmp://1.1.1.1/app/key-0123456789").toString())
                .doesNotContain("key-0123456789");
    }

    @Test
    void whatNginxAsksForIsCheckedLikeEverythingElse() {
        var time = ManualTime.create();
        var host = new TlsHost("platform.test", 443);
        var egress = new TlsEgress(List.of(host), count -> List.of(20000), time, time);
        egress.begin(List.of());
        var answers = new ArrayList<String>(List.of("1.1.1.1"));
        var resolver = new PushResolver(
                name -> answers.stream().map(IpLiteral::address).toArray(InetAddress[]::new),
                new AddressPolicy(false, Set.of()),
                Duration.ofMillis(300),
                ForkJoinPool.commonPool(),
                new TlsSupport.There(egress, new TlsComplaints(time)),
                PushResolver.Bridge.none());
        var target = new PushTarget(URI.create("rtmps://Platform.test/app"), Secret.of("key-0123456789"));
        assertThat(resolver.resolve(target, 0, "alice"))
                .isEqualTo(new Resolution.Found("rtmp://127.0.0.1:20000/app/key-0123456789", new Peer(null, 443)));
        assertThat(resolver.addressesFor("platform.test")).containsExactly(IpLiteral.address("1.1.1.1"));
        assertThat(resolver.addressesFor("stranger.test")).isEmpty();
        // The name changes its mind between our look and nginx's.
        answers.add("10.0.0.1");
        assertThat(resolver.addressesFor("platform.test")).isEmpty();
        assertThat(resolver.resolve(target, 0, "alice"))
                .isEqualTo(new Resolution.Refused(
                        "The server has a private or reserved address, and this relay passes streams on to"
                                + " public ones only."));
    }

    @Test
    void withoutTheStreamModuleTlsIsRefusedWithAWayOut() {
        var target = new PushTarget(URI.create("rtmps://platform.test/app"), Secret.of("key-0123456789"));
        assertThat(resolver(addresses("1.1.1.1")).resolve(target, 0, "alice"))
                .isEqualTo(new Resolution.Refused(
                        "This relay cannot pass streams on over TLS (rtmps://), as its nginx has no stream"
                                + " module. Install it (apt install libnginx-mod-stream) and start the relay"
                                + " again, or use a server that begins with rtmp:// if the platform offers one."));
    }

    private static Resolution.Found found(String location) {
        return new Resolution.Found(location, Peer.at(location));
    }

    /** Notes what it is to pass on. */
    private static final class NotedBridge implements PushResolver.Bridge {

        final List<Onward> onward = new ArrayList<>();
        final Tls tls;
        String location = "rtmp://127.0.0.1:7000/1-ticket/push";

        NotedBridge(Tls tls) {
            this.tls = tls;
        }

        @Override
        public Tls tls() {
            return tls;
        }

        @Override
        public Optional<String> to(Onward to) {
            onward.add(to);
            return Optional.ofNullable(location);
        }
    }

    private static PushTarget longKey(String server) {
        return new PushTarget(URI.create(server), Secret.of("k".repeat(2_000)));
    }

    private static PushResolver bridging(NotedBridge bridge, String... literals) {
        var time = ManualTime.create();
        var egress = new TlsEgress(List.of(new TlsHost("platform.test", 443)), count -> List.of(20000), time, time);
        egress.begin(List.of());
        return new PushResolver(
                addresses(literals),
                new AddressPolicy(false, Set.of()),
                Duration.ofMillis(300),
                ForkJoinPool.commonPool(),
                new TlsSupport.There(egress, new TlsComplaints(time)),
                bridge);
    }

    @Test
    void aLongKeyGoesByTheBridgeToTheAddressThatWasChecked() {
        var bridge = new NotedBridge(PushResolver.Bridge.Tls.OF_NGINX);
        var target = longKey("rtmp://platform.test/app");
        assertThat(bridging(bridge, "1.1.1.1", "1.0.0.1").resolve(target, 1, "alice"))
                .isEqualTo(found(bridge.location));
        assertThat(bridge.onward).containsExactly(new Onward(IpLiteral.address("1.0.0.1"), 1935, null, target));
        assertThat(bridging(bridge, "1.1.1.1", "10.0.0.1").resolve(target, 0, "alice"))
                .isInstanceOf(Resolution.Refused.class);
        assertThat(bridge.onward).hasSize(1);
    }

    @Test
    void whetherALocationIsTooLongTheAddressDecides() {
        var bridge = new NotedBridge(PushResolver.Bridge.Tls.OF_NGINX);
        var room = 254 - "rtmp://1.1.1.1:1935/app/".length();
        for (var length : List.of(room, room + 1)) {
            var target = new PushTarget(URI.create("rtmp://platform.test/app"), Secret.of("k".repeat(length)));
            var found = (Resolution.Found) bridging(bridge, "1.1.1.1").resolve(target, 0, "alice");
            assertThat(found.location().equals(bridge.location)).isEqualTo(length > room);
        }
        var fits = new PushTarget(URI.create("rtmp://platform.test/app"), Secret.of("k".repeat(room)));
        assertThat(bridging(bridge, "2606:4700::1").resolve(fits, 0, "alice")).isEqualTo(found(bridge.location));
    }

    @Test
    void overTlsTheBridgeGoesByTheStreamModuleOrSpeaksItItself() {
        var target = longKey("rtmps://platform.test/app");
        var here = new NotedBridge(PushResolver.Bridge.Tls.OF_NGINX);
        assertThat(bridging(here, "1.1.1.1").resolve(target, 0, "alice")).isEqualTo(found(here.location));
        assertThat(here.onward).containsExactly(new Onward(IpLiteral.address("127.0.0.1"), 20000, null, target));

        var elsewhere = new NotedBridge(PushResolver.Bridge.Tls.OWN);
        assertThat(bridging(elsewhere, "1.1.1.1").resolve(target, 0, "alice")).isEqualTo(found(elsewhere.location));
        assertThat(elsewhere.onward)
                .containsExactly(
                        new Onward(IpLiteral.address("1.1.1.1"), 443, new TlsHost("platform.test", 443), target));
        assertThat(bridging(elsewhere, "1.1.1.1")
                        .resolve(new PushTarget(target.server(), Secret.of("short")), 0, "alice"))
                .isEqualTo(new Resolution.Found("rtmp://127.0.0.1:20000/app/short", new Peer(null, 443)));
    }

    @Test
    void aBridgeWithoutRoomIsTriedAgain() {
        var bridge = new NotedBridge(PushResolver.Bridge.Tls.OF_NGINX);
        bridge.location = null;
        assertThat(bridging(bridge, "1.1.1.1").resolve(longKey("rtmp://platform.test/app"), 0, "alice"))
                .isEqualTo(new Resolution.NotNow(
                        "The relay passes streams on to as many long stream keys as it can at once; it tries"
                                + " this one again soon."));
        assertThat(new Onward(IpLiteral.address("1.1.1.1"), 1935, null, TARGET).toString())
                .doesNotContain("key-0123456789");
    }

    private static NameService addresses(String... literals) {
        return host -> Stream.of(literals).map(IpLiteral::address).toArray(InetAddress[]::new);
    }

    private static PushResolver resolver(NameService names) {
        return new PushResolver(
                names, new AddressPolicy(false, Set.of()), Duration.ofMillis(300), ForkJoinPool.commonPool());
    }
}

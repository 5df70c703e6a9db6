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
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PushResolverTest {

    private static final PushTarget TARGET =
            new PushTarget(URI.create("rtmp://platform.test/app"), Secret.of("key-0123456789"));

    @Test
    void takesTheAddressesInTurnAndIpv4First() {
        var resolver = resolver(addresses("2606:4700::1", "1.1.1.1", "1.0.0.1"));
        assertThat(Stream.of(0, 1, 2, 3).map(attempt -> resolver.resolve(TARGET, attempt)))
                .containsExactly(
                        new Resolution.Found("rtmp://1.1.1.1:1935/app/key-0123456789"),
                        new Resolution.Found("rtmp://1.0.0.1:1935/app/key-0123456789"),
                        new Resolution.Found("rtmp://[2606:4700:0:0:0:0:0:1]:1935/app/key-0123456789"),
                        new Resolution.Found("rtmp://1.1.1.1:1935/app/key-0123456789"));
    }

    @Test
    void onePrivateAddressAmongPublicOnesIsEnoughToRefuse() {
        assertThat(resolver(addresses("1.1.1.1", "10.0.0.1")).resolve(TARGET, 0))
                .isInstanceOf(Resolution.Refused.class);
    }

    @Test
    void anUnknownNameMayBecomeKnown() {
        assertThat(resolver(host -> {
                            throw new UnknownHostException(host);
                        })
                        .resolve(TARGET, 0))
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
                    .resolve(TARGET, 0);
            assertThat(resolution).isInstanceOf(Resolution.NotNow.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
        } finally {
            never.countDown();
        }
    }

    @Test
    void printsWithoutTheKey() {
        assertThat(resolver(addresses("1.1.1.1")).resolve(TARGET, 0).toString()).doesNotContain("key-0123456789");
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
                new TlsSupport.There(egress, new TlsComplaints(time)));
        var target = new PushTarget(URI.create("rtmps://Platform.test/app"), Secret.of("key-0123456789"));
        assertThat(resolver.resolve(target, 0))
                .isEqualTo(new Resolution.Found("rtmp://127.0.0.1:20000/app/key-0123456789"));
        assertThat(resolver.addressesFor("platform.test")).containsExactly(IpLiteral.address("1.1.1.1"));
        assertThat(resolver.addressesFor("stranger.test")).isEmpty();
        // The name changes its mind between our look and nginx's.
        answers.add("10.0.0.1");
        assertThat(resolver.addressesFor("platform.test")).isEmpty();
        assertThat(resolver.resolve(target, 0))
                .isEqualTo(
                        new Resolution.Refused(
                                "The server has a private or reserved address, and this relay passes streams on to public ones only."));
    }

    @Test
    void withoutTheStreamModuleTlsIsRefusedWithAWayOut() {
        var target = new PushTarget(URI.create("rtmps://platform.test/app"), Secret.of("key-0123456789"));
        assertThat(resolver(addresses("1.1.1.1")).resolve(target, 0))
                .isEqualTo(
                        new Resolution.Refused(
                                "This relay cannot pass streams on over TLS (rtmps://), as its nginx has no stream module. Install it (apt install"
                                        + " libnginx-mod-stream) and start the relay again, or use a server that begins with rtmp:// if the platform offers one."));
    }

    private static NameService addresses(String... literals) {
        return host -> Stream.of(literals).map(IpLiteral::address).toArray(InetAddress[]::new);
    }

    private static PushResolver resolver(NameService names) {
        return new PushResolver(
                names, new AddressPolicy(false, Set.of()), Duration.ofMillis(300), ForkJoinPool.commonPool());
    }
}

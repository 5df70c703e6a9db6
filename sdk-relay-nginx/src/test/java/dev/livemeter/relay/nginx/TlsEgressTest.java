package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TlsEgressTest {

    private static final TlsHost STANDING = new TlsHost("platform.test", 443);

    private final ManualTime time = ManualTime.create();
    private final AtomicInteger nextPort = new AtomicInteger(20000);
    private final List<List<TlsRoute>> applied = new ArrayList<>();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final TlsEgress egress = new TlsEgress(
            List.of(STANDING),
            count -> IntStream.range(0, count)
                    .mapToObj(each -> nextPort.getAndIncrement())
                    .toList(),
            time,
            time);
    private LivemeterException failure;

    @BeforeEach
    void begin() {
        assertThat(egress.begin(List.of())).containsExactly(new TlsRoute(STANDING, 20000));
        egress.serve(this::apply);
    }

    @AfterEach
    void end() {
        callers.shutdownNow();
    }

    private List<TlsRoute> apply(List<TlsRoute> routes) {
        if (failure != null) {
            throw failure;
        }
        applied.add(routes);
        return routes;
    }

    private CompletableFuture<TlsEgress.Way> ask(TlsHost host) {
        var before = egress.wanted();
        var asked = CompletableFuture.supplyAsync(() -> egress.to(host, List.of(), host.name()), callers);
        Await.until("it is wanted", () -> asked.isDone() || egress.wanted() > before);
        return asked;
    }

    private static TlsHost host(int number) {
        return new TlsHost("h" + number + ".test", 443);
    }

    @Test
    void aStandingServerIsReachedAtOnce() {
        assertThat(egress.to(STANDING, List.of(), "alice")).isEqualTo(new TlsEgress.Way.Through(20000));
        assertThat(applied).isEmpty();
    }

    @Test
    void serversThatAreWantedTogetherShareOneReload() {
        var one = ask(host(1));
        var two = ask(host(2));
        time.advance(TlsEgress.COLLECT);
        assertThat(one.join()).isEqualTo(new TlsEgress.Way.Through(20001));
        assertThat(two.join()).isEqualTo(new TlsEgress.Way.Through(20002));
        assertThat(applied)
                .containsExactly(List.of(
                        new TlsRoute(STANDING, 20000), new TlsRoute(host(1), 20001), new TlsRoute(host(2), 20002)));
    }

    @Test
    void betweenTwoReloadsLiesSomeTime() {
        var one = ask(host(1));
        time.advance(TlsEgress.COLLECT);
        one.join();
        var ignored = ask(host(2));
        time.advance(TlsEgress.COLLECT);
        assertThat(applied).hasSize(1);
        time.advance(TlsEgress.BETWEEN_RELOADS);
        assertThat(applied).hasSize(2);
    }

    @Test
    void whatNginxRefusesIsNotBelieved() {
        failure = new LivemeterException("relay.config_refused", "nginx refuses.");
        var one = ask(host(1));
        time.advance(TlsEgress.COLLECT);
        assertThat(one.join())
                .isEqualTo(new TlsEgress.Way.NotNow("The relay could not get ready for this server: nginx refuses."));
        assertThat(egress.routes()).containsExactly(new TlsRoute(STANDING, 20000));
        failure = null;
        var again = ask(host(1));
        time.advance(TlsEgress.BETWEEN_RELOADS);
        assertThat(again.join()).isInstanceOf(TlsEgress.Way.Through.class);
    }

    @Test
    void theLeastRecentlyUsedLeavesButNobodyWhoIsOnTheWay() {
        for (var number = 0; number < TlsEgress.MOST_LEARNED; number++) {
            var ignored = ask(host(number));
        }
        time.advance(TlsEgress.COLLECT);
        assertThat(egress.routes()).hasSize(TlsEgress.MOST_LEARNED + 1);

        var early = ask(host(900));
        time.advance(TlsEgress.BETWEEN_RELOADS);
        assertThat(early.join())
                .isEqualTo(new TlsEgress.Way.NotNow(
                        "The relay could not get ready for this server: Streams go to 48 TLS servers of their own already, and 48 are"
                                + " possible; one must be unused for 30 seconds before another can take its place."));

        time.advance(Duration.ofSeconds(20));
        for (var number = 0; number < TlsEgress.MOST_LEARNED; number++) {
            if (number != 7) {
                assertThat(egress.to(host(number), List.of(), "alice")).isInstanceOf(TlsEgress.Way.Through.class);
            }
        }
        time.advance(Duration.ofSeconds(10));
        var late = ask(host(900));
        time.advance(TlsEgress.COLLECT);
        assertThat(late.join()).isInstanceOf(TlsEgress.Way.Through.class);
        assertThat(egress.portOf(host(7))).isEmpty();
        assertThat(egress.portOf(STANDING)).isPresent();
        assertThat(egress.routes()).hasSize(TlsEgress.MOST_LEARNED + 1);
        assertThat(egress.routes().stream().map(TlsRoute::port)).doesNotHaveDuplicates();
    }

    @Test
    void aNewNginxKnowsWhatTheLastOneHadLearned() {
        var one = ask(host(1));
        time.advance(TlsEgress.COLLECT);
        one.join();
        assertThat(egress.begin(List.of()).stream().map(TlsRoute::host)).containsExactly(STANDING, host(1));
    }

    @Test
    void aServerWhoseAddressesAllChangedIsLearnedAnewAtAnotherPort() {
        var byAddress = new TlsEgress(
                List.of(),
                count -> IntStream.range(0, count)
                        .mapToObj(each -> nextPort.getAndIncrement())
                        .toList(),
                time,
                time,
                TlsEgress.Knows.ADDRESSES);
        var one = IpLiteral.address("192.0.2.1");
        var two = IpLiteral.address("192.0.2.2");
        var six = IpLiteral.address("2001:db8::1");
        byAddress.begin(List.of(new TlsRoute(STANDING, 18943, List.of(one))));
        byAddress.serve(this::apply);
        assertThat(byAddress.to(STANDING, List.of(two, one), "alice")).isEqualTo(new TlsEgress.Way.Through(18943));

        var port = nextPort.get();
        var asked = CompletableFuture.supplyAsync(() -> byAddress.to(STANDING, List.of(six, two), "alice"), callers);
        Await.until("it is wanted", () -> byAddress.wanted() > 0);
        time.advance(TlsEgress.COLLECT);
        assertThat(asked.join()).isEqualTo(new TlsEgress.Way.Through(port));
        assertThat(applied).containsExactly(List.of(new TlsRoute(STANDING, port, List.of(two))));
    }

    @Test
    void theAddressesThatAnotherNodeBroughtCountForOursToo() {
        var one = IpLiteral.address("192.0.2.1");
        var moved = new TlsRoute(STANDING, 18943, List.of(IpLiteral.address("192.0.2.9")));
        var byAddress = new TlsEgress(
                List.of(),
                count -> IntStream.range(0, count)
                        .mapToObj(each -> nextPort.getAndIncrement())
                        .toList(),
                time,
                time,
                TlsEgress.Knows.ADDRESSES);
        byAddress.begin(List.of(new TlsRoute(STANDING, 18943, List.of(one))));
        byAddress.serve(routes -> List.of(moved, routes.get(1)));
        var port = nextPort.get();
        var asked = CompletableFuture.supplyAsync(() -> byAddress.to(host(1), List.of(one), "alice"), callers);
        Await.until("it is wanted", () -> byAddress.wanted() > 0);
        time.advance(TlsEgress.COLLECT);
        assertThat(asked.join()).isEqualTo(new TlsEgress.Way.Through(port));
        assertThat(byAddress.routes()).containsExactly(moved, new TlsRoute(host(1), port, List.of(one)));
    }

    private TlsEgress.Way askFor(String user, TlsHost host) {
        var before = egress.wanted();
        var asked = CompletableFuture.supplyAsync(() -> egress.to(host, List.of(), user), callers);
        Await.until("it is wanted", () -> asked.isDone() || egress.wanted() > before);
        time.advance(TlsEgress.BETWEEN_RELOADS);
        return asked.join();
    }

    @Test
    void oneUserCannotHaveNginxLearnServersForEver() {
        var learned = 0;
        for (; askFor("mallory", host(learned)) instanceof TlsEgress.Way.Through; learned++) {
            assertThat(learned).isLessThan(100);
        }
        // One comes back every two minutes, and each step here takes five seconds.
        assertThat(learned).isEqualTo(ServerAllowance.AT_ONCE + 1);
        var reloads = applied.size();
        assertThat(askFor("mallory", host(500)))
                .isEqualTo(new TlsEgress.Way.NotNow(
                        "This user has sent streams to 32 servers that the relay did not know, within a short time;"
                                + " this one has its turn in 2 minutes."));
        assertThat(applied).hasSize(reloads);

        // Nobody else has to wait, and neither does she for a server that is known, or that another one just asked for.
        assertThat(askFor("alice", host(600))).isInstanceOf(TlsEgress.Way.Through.class);
        assertThat(egress.to(host(600), List.of(), "mallory")).isInstanceOf(TlsEgress.Way.Through.class);
        assertThat(egress.to(STANDING, List.of(), "mallory")).isInstanceOf(TlsEgress.Way.Through.class);

        time.advance(ServerAllowance.ONE_MORE_EACH);
        assertThat(askFor("mallory", host(500))).isInstanceOf(TlsEgress.Way.Through.class);
        assertThat(askFor("mallory", host(501))).isInstanceOf(TlsEgress.Way.NotNow.class);
    }

    @Test
    void whatCostsNginxNothingIsGivenBack() {
        for (var number = 0; number < TlsEgress.MOST_LEARNED; number++) {
            var ignored = ask(host(number));
        }
        time.advance(TlsEgress.COLLECT);
        // There is no room, so nginx hears nothing of it, however often that is tried.
        for (var attempt = 0; attempt < ServerAllowance.AT_ONCE * 2; attempt++) {
            for (var number = 0; number < TlsEgress.MOST_LEARNED; number++) {
                egress.to(host(number), List.of(), "alice");
            }
            assertThat(((TlsEgress.Way.NotNow) askFor("bob", host(900))).message())
                    .startsWith("The relay could not get ready for this server: Streams go to 48 TLS servers");
        }
    }
}

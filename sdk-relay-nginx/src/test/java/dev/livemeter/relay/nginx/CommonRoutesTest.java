package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The ways of two nodes to TLS servers, as one. */
class CommonRoutesTest {

    private static final int FIRST = 18940;

    private static TlsRoute way(String name, int port, String... addresses) {
        return new TlsRoute(
                new TlsHost(name, 443),
                port,
                Stream.of(addresses).map(IpLiteral::address).toList());
    }

    private static List<TlsRoute> together(List<TlsRoute> ours, List<TlsRoute> theirs) {
        return CommonRoutes.of(ours, List.of(), theirs, FIRST, NginxHostConfig.INNER_PORTS);
    }

    @Test
    void nobodyTakesOutWhatAnotherOneUses() {
        assertThat(together(List.of(way("b.test", 18944, "192.0.2.2")), List.of(way("a.test", 18943, "192.0.2.1"))))
                .containsExactly(way("a.test", 18943, "192.0.2.1"), way("b.test", 18944, "192.0.2.2"));
    }

    @Test
    void whoComesToAPortThatIsTakenGetsAnotherOne() {
        assertThat(together(List.of(way("b.test", 18943, "192.0.2.2")), List.of(way("a.test", 18943, "192.0.2.1"))))
                .containsExactly(way("a.test", 18943, "192.0.2.1"), way("b.test", 18944, "192.0.2.2"));
    }

    @Test
    void aServerThatIsKnownKeepsItsPortAndItsAddressesWhileOneOfThemHolds() {
        var known = way("a.test", 18943, "192.0.2.1", "192.0.2.2");
        assertThat(together(List.of(way("a.test", 18950, "192.0.2.2", "192.0.2.3")), List.of(known)))
                .containsExactly(known);
    }

    @Test
    void aServerThatMovedKeepsItsPort() {
        assertThat(together(List.of(way("a.test", 18950, "192.0.2.9")), List.of(way("a.test", 18943, "192.0.2.1"))))
                .containsExactly(way("a.test", 18943, "192.0.2.9"));
    }

    @Test
    void whatANodeKnewBeforeDoesNotPutOldAddressesBack() {
        var known = List.of(way("a.test", 18943, "192.0.2.1"));
        var learned = way("b.test", 18944, "192.0.2.2");
        var ours = List.of(known.get(0), learned);
        var moved = way("a.test", 18943, "192.0.2.9");
        assertThat(CommonRoutes.of(ours, known, List.of(moved), FIRST, NginxHostConfig.INNER_PORTS))
                .containsExactly(moved, learned);
    }

    @Test
    void withoutAPortLeftTheErrorSaysSo() {
        var all = IntStream.range(FIRST + 3, FIRST + NginxHostConfig.INNER_PORTS)
                .mapToObj(port -> way("s" + port + ".test", port, "192.0.2.1"))
                .toList();
        assertThatThrownBy(() -> together(List.of(way("b.test", 18950, "192.0.2.2")), all))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("The relay host has no port left for another TLS server.");
    }
}

package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.relay.nginx.TcpSockets.Connection;
import dev.livemeter.relay.nginx.TcpSockets.Queue;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SightingsTest {

    /** The clock of a machine may begin anywhere, and run over. */
    private static final long BEGIN = Long.MAX_VALUE - 15;

    private static final Queue EMPTY = new Queue(0, false);
    private static final Queue FULL = new Queue(7, true);
    private static final Peer SERVER = peer("192.0.2.1", 1935);

    private final Sightings sightings = new Sightings(BEGIN);

    private static Peer peer(String address, int port) {
        return new Peer(IpLiteral.address(address), port);
    }

    private static Connection connection(String local, String peer, int port) {
        return new Connection(local, IpLiteral.address(peer), port);
    }

    private void look(int at, Map<Connection, Queue> connections) {
        sightings.look(connections, BEGIN + at);
    }

    private Map<Connection, Queue> seen(Peer peer, int from, int to) {
        return sightings.of(peer, BEGIN + from, BEGIN + to);
    }

    @Test
    void aConnectionWasMadeBetweenTheLookThatNoticedItAndTheOneBefore() {
        var early = connection("a:1", "192.0.2.1", 1935);
        var late = connection("a:2", "192.0.2.1", 1935);
        look(10, Map.of(early, EMPTY));
        look(20, Map.of(early, FULL, late, EMPTY));
        assertThat(seen(SERVER, 0, 10)).isEqualTo(Map.of(early, FULL));
        assertThat(seen(SERVER, 10, 10)).isEqualTo(Map.of(early, FULL));
        assertThat(seen(SERVER, 11, 12)).isEqualTo(Map.of(late, EMPTY));
        assertThat(seen(SERVER, 11, 30)).isEqualTo(Map.of(late, EMPTY));
        assertThat(seen(SERVER, 10, 11)).isEqualTo(Map.of(early, FULL, late, EMPTY));
        assertThat(seen(SERVER, 21, 30)).isEmpty();
        assertThat(seen(SERVER, 12, 11)).isEmpty();
    }

    @Test
    void whoWasNoticedBeforeItWasNotLookedIsNotForgotten() {
        var before = connection("a:1", "192.0.2.1", 1935);
        var meanwhile = connection("a:2", "192.0.2.1", 1935);
        look(10, Map.of(before, EMPTY));
        sightings.lookAway();
        assertThat(seen(SERVER, 0, 10)).isEmpty();
        look(70, Map.of(before, FULL, meanwhile, EMPTY));
        assertThat(seen(SERVER, 5, 8)).isEqualTo(Map.of(before, FULL));
        assertThat(seen(SERVER, 30, 32)).isEqualTo(Map.of(meanwhile, EMPTY));
        look(80, Map.of(meanwhile, FULL));
        look(90, Map.of(before, EMPTY, meanwhile, FULL));
        assertThat(seen(SERVER, 5, 8)).as("made anew").isEmpty();
        assertThat(seen(SERVER, 85, 86)).isEqualTo(Map.of(before, EMPTY));
    }

    @Test
    void onlyThoseToTheServerCount() {
        var mine = connection("a:1", "192.0.2.1", 1935);
        var otherAddress = connection("a:2", "192.0.2.2", 1935);
        var otherPort = connection("a:3", "192.0.2.1", 443);
        look(10, Map.of(mine, EMPTY, otherAddress, EMPTY, otherPort, EMPTY));
        assertThat(seen(SERVER, 0, 20)).containsOnlyKeys(mine);
        assertThat(seen(peer("192.0.2.2", 1935), 0, 20)).containsOnlyKeys(otherAddress);
        assertThat(seen(new Peer(null, 1935), 0, 20)).containsOnlyKeys(mine, otherAddress);
        assertThat(seen(peer("192.0.2.1", 80), 0, 20)).isEmpty();
    }

    @Test
    void oneThatIsGoneIsForgottenAndNoticedAnewWhenItIsBack() {
        var mine = connection("a:1", "192.0.2.1", 1935);
        look(10, Map.of(mine, EMPTY));
        look(20, Map.of());
        assertThat(seen(SERVER, 0, 20)).isEmpty();
        look(30, Map.of(mine, FULL));
        assertThat(seen(SERVER, 0, 20)).isEmpty();
        assertThat(seen(SERVER, 0, 21)).isEqualTo(Map.of(mine, FULL));
    }

    @Test
    void whoeverMeansTheSameConnectionsIsGivenTheSameAnswer() {
        look(10, Map.of(connection("a:1", "192.0.2.1", 1935), EMPTY));
        assertThat(seen(SERVER, 0, 10)).isSameAs(seen(peer("192.0.2.1", 1935), 5, 15));
    }
}

package dev.livemeter.http.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.http.jetty.SignalingPort;
import dev.livemeter.peer.PeerId;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.spi.PeerAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The unmodified client, in a real browser, against our server. */
@TestInstance(Lifecycle.PER_CLASS) // the browser is started once
class RealClientTest {

    private @Nullable ClientPage page;
    private @Nullable OwnServer server;

    @BeforeAll
    void openBrowser(@TempDir Path profile) throws IOException {
        page = new ClientPage(profile);
    }

    @AfterAll
    void closeBrowser() {
        page().close();
    }

    @BeforeEach
    void freshPage() {
        page().fresh();
        server = OwnServer.start(SignalingServer.dropIn());
    }

    @AfterEach
    void closeServer() {
        server().close();
    }

    private ClientPage page() {
        return Objects.requireNonNull(page);
    }

    private OwnServer server() {
        return Objects.requireNonNull(server);
    }

    private String make(String id) {
        return make(id, "");
    }

    private String make(String id, String token) {
        return told("make('" + id + "', " + server().port().port() + ", '" + token + "')");
    }

    private String told(String expression) {
        return page().told(expression);
    }

    @Test
    void aCallConnectsAndAHangUpEndsItOnBothSides() {
        assertThat(make("alice")).isEqualTo("open alice");
        assertThat(make("bob")).isEqualTo("open bob");
        assertThat(told("call('alice', 'bob')")).isEqualTo("talking");
        assertThat(told("moreDecoded('alice')")).isEqualTo("flows");
        assertThat(told("moreDecoded('bob')")).isEqualTo("flows");
        told("window.ends = Promise.all([next(calls.alice, 'close'), next(calls.bob, 'close')]), 1");
        server().signaling().hangUp(PeerId.of("alice"), PeerId.of("bob"));
        assertThat(told("ends.then(() => 'both')")).isEqualTo("both");
        assertThat(told("!peers.alice.disconnected && !peers.bob.disconnected && errors.length === 0"))
                .isEqualTo("true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"binary", "binary-utf8", "json", "raw", "MsgPack"})
    void dataArrivesInEverySerialization(String serialization) {
        // The last one is a file of its own, which is given to those who want it.
        told("import('/msgpack.js').then(({ MsgPack }) => { window.serializers = { MsgPack }; })");
        make("alice");
        make("bob");
        // To the client itself the second one is the first.
        var name = serialization.equals("binary-utf8") ? "binary" : serialization;
        var said = serialization.equals("raw") ? "'h\u00e9llo'" : "{ word: 'h\u00e9llo' }";
        assertThat(told("new Promise(done => {"
                        + "peers.bob.on('connection', c => c.on('data', data => c.send(data)));"
                        + "const out = peers.alice.connect('bob', { serialization: '" + serialization + "' });"
                        + "out.on('data', data => done(out.serialization + ' ' + (data.word ?? data)));"
                        + "out.on('open', () => out.send(" + said + ")); })"))
                .isEqualTo(name + " h\u00e9llo");
    }

    @Test
    void anIdThatIsTakenIsUnavailable() {
        make("alice");
        assertThat(make("alice")).isEqualTo("error unavailable-id: ID \"alice\" is taken");
    }

    @Test
    void whoIsNotThereIsUnavailable() {
        make("alice");
        assertThat(
                        told(
                                "(peers.alice.connect('nobody'), next(peers.alice, 'error').then(e => e.type + ': ' + e.message))"))
                .isEqualTo("peer-unavailable: Could not connect to peer nobody");
        assertThat(told("peers.alice.open")).isEqualTo("true");
    }

    @Test
    void anIdIsGivenToWhoHasNone() {
        assertThat(told("new Promise(done => new Peer({ host: '127.0.0.1', port: "
                        + server().port().port() + ", path: '/' }).on('open', done))"))
                .hasSize(36);
    }

    @Test
    void whoDisconnectsCanReconnect() {
        make("alice");
        assertThat(told("(peers.alice.disconnect(), peers.alice.reconnect(), next(peers.alice, 'open'))"))
                .isEqualTo("alice");
    }

    @Test
    void aCallOutlivesARestartAndTheClientsComeBack() {
        make("alice");
        make("bob");
        told("call('alice', 'bob')");
        var port = server().port().port();
        told("window.gone = Promise.all([next(peers.alice, 'disconnected'), next(peers.bob, 'disconnected')]), 1");
        server().signaling().drain(Duration.ZERO).join();
        assertThat(told("gone.then(() => 'gone')")).isEqualTo("gone");
        server().close();
        assertThat(told("moreDecoded('alice')")).isEqualTo("flows");
        var again = SignalingServer.dropIn();
        server = new OwnServer(again, SignalingPort.open(again, "127.0.0.1", port));
        assertThat(told("(peers.alice.reconnect(), next(peers.alice, 'open'))")).isEqualTo("alice");
        assertThat(told("(peers.bob.reconnect(), next(peers.bob, 'open'))")).isEqualTo("bob");
        assertThat(told("moreDecoded('bob')")).isEqualTo("flows");
    }

    @Test
    void anAuthorityChecksTokensAndCalls() {
        server().close();
        server = OwnServer.start(
                SignalingServer.builder().authority(new Tickets()).build());
        assertThat(make("alice", "ticket-of-alice")).isEqualTo("open alice");
        assertThat(make("bob", "ticket-of-alice")).isEqualTo("error server-error: This ticket is not yours, bob.");
        assertThat(make("carol")).startsWith("error server-error: This ticket is not yours, carol.");
        assertThat(make("dave", "ticket-of-dave")).isEqualTo("open dave");
        assertThat(told("(peers.alice.connect('dave'), next(peers.alice, 'error').then(e => e.type))"))
                .isEqualTo("peer-unavailable");
        told("window.kicked = next(peers.dave, 'error').then(e => e.type + ': ' + e.message), 1");
        server().signaling().dismiss(PeerId.of("dave"), "You were banned.");
        assertThat(told("kicked")).isEqualTo("server-error: You were banned.");
    }

    /** Lets everybody in who has a ticket of their own, and call nobody. */
    private static final class Tickets implements PeerAuthority {

        @Override
        public Admission admit(PeerRequest request) {
            return request.token().equals("ticket-of-" + request.id())
                    ? new Admission.Admitted(Duration.ZERO)
                    : new Admission.Refused("This ticket is not yours, " + request.id() + ".");
        }

        @Override
        public boolean mayCall(PeerId caller, PeerId callee) {
            return false;
        }
    }
}

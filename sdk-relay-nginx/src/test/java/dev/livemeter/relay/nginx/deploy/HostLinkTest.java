package dev.livemeter.relay.nginx.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The connection that is kept, with a real sshd. */
@Tag("once")
@TestInstance(Lifecycle.PER_CLASS) // the host is installed once
class HostLinkTest {

    private TestRelayHost host;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        host = TestRelayHost.start(folder);
    }

    @AfterAll
    void stop() {
        host.close();
    }

    private static final class Heard implements HostLink.Listener {

        final List<HostLife> lives = new CopyOnWriteArrayList<>();
        final List<String> changes = new CopyOnWriteArrayList<>();

        @Override
        public void visited(HostStream stream) {
            try (stream) {
                stream.sayLast("good day\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void told(HostLife life) {
            lives.add(life);
        }

        @Override
        public void regained() {
            changes.add("regained");
        }

        @Override
        public void lost(String sentence) {
            changes.add("lost");
        }
    }

    private HostLink open(RelayHost through, String process, HostLink.Listener listener) {
        return HostLink.open(through, new HostLink.Ends(process, host.callbackPort(), host.controlPort(), 1), listener);
    }

    @Test
    void whatConnectsOnTheHostComesOutHereAndTheHostTellsHowNginxIs() throws Exception {
        var heard = new Heard();
        try (var link = open(host.way().build(), "one", heard)) {
            assertThat(link.facts()).isEqualTo(new HostLink.Facts("alice", true, true, 1));
            assertThat(host.root("exec 3<>/dev/tcp/127.0.0.1/" + host.callbackPort() + "; cat <&3"))
                    .isEqualTo("good day");
            TestRelayHost.await("nginx is told of", () -> heard.lives.size() > 1);
            assertThat(heard.lives.get(0).runs()).isTrue();
            assertThat(heard.lives.get(1).master()).isEqualTo(heard.lives.get(0).master());
            assertThat(heard.lives.get(0).workers()).isNotEmpty();
        }
        assertThat(heard.changes).isEmpty();
    }

    @Test
    void aConnectionThatBreaksIsMadeAnew() throws Exception {
        var heard = new Heard();
        try (var wire = new CuttingProxy(host.sshPort(), Long.MAX_VALUE);
                var link = open(host.wayThrough(wire.port()).build(), "two", heard)) {
            wire.cut();
            TestRelayHost.await("it is there again", () -> heard.changes.size() == 2);
            assertThat(heard.changes).containsExactly("lost", "regained");
            assertThat(link.trouble()).isNull();
            assertThat(host.root("exec 3<>/dev/tcp/127.0.0.1/" + host.callbackPort() + "; cat <&3"))
                    .isEqualTo("good day");
        }
    }

    @Test
    void aHostIsForOneProcessUntilThatGivesNoSignAnyMore() throws Exception {
        try (var first = SshConnection.open(host.way().build());
                var again = SshConnection.open(host.way().build());
                var other = SshConnection.open(host.way().build());
                var late = SshConnection.open(host.way().build())) {
            var before = first.begin("link three");
            assertThat(before.line()).isEqualTo("result linked alice yes yes");
            // The same process came back, and its former connection does not know yet that it is gone.
            var now = again.begin("link three");
            assertThat(now.line()).isEqualTo("result linked alice yes yes");
            assertThat(other.begin("link four").line()).isEqualTo("result busy alice");
            now.nudge();
            assertThat(now.line()).startsWith("nginx ");
            // After ten seconds without a sign.
            assertThatThrownBy(now::line).isInstanceOf(IOException.class);
            assertThat(late.begin("link four").line()).isEqualTo("result linked alice yes yes");
        }
    }

    @Test
    void aKeyMayListenNowhereElse() throws Exception {
        var elsewhere = TestPorts.free();
        var way = host.way().build();
        assertThatThrownBy(() ->
                        HostLink.open(way, new HostLink.Ends("five", elsewhere, host.controlPort(), 1), new Heard()))
                .isInstanceOf(LivemeterException.class)
                .hasMessage(
                        "The relay host " + way + " does not let us listen on its port " + elsewhere
                                + " on loopback. Another program may use that port, sshd may have AllowTcpForwarding off, or install.sh of this release was not run there.");
    }
}

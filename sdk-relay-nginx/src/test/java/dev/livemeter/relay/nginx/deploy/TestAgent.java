package dev.livemeter.relay.nginx.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** The ssh-agent of OpenSSH, without keys at first. */
final class TestAgent implements AutoCloseable {

    private final Process process;
    private final Path socket;

    private TestAgent(Process process, Path socket) {
        this.process = process;
        this.socket = socket;
    }

    static TestAgent start(Path socket) throws Exception {
        var agent = new TestAgent(
                new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start(),
                socket);
        for (var i = 0; i < 400 && !Files.exists(socket); i++) {
            Thread.sleep(25);
        }
        assertThat(socket).exists();
        return agent;
    }

    Path socket() {
        return socket;
    }

    void add(Path key) throws Exception {
        var add = new ProcessBuilder("ssh-add", "-q", key.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        add.environment().put("SSH_AUTH_SOCK", socket.toString());
        assertThat(add.start().waitFor()).as("ssh-add").isZero();
    }

    @Override
    public void close() {
        process.destroy();
    }
}

package dev.livemeter.relay.nginx.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import net.schmizz.sshj.connection.channel.direct.Session;
import org.jspecify.annotations.Nullable;

/** An order that goes on: lines to the host, and lines back. One thread may speak while another listens. */
final class HostDialogue implements AutoCloseable {

    private final Session session;
    private final OutputStream out;
    private final BufferedReader in;

    HostDialogue(Session session, String order) throws IOException {
        this.session = session;
        var command = session.exec(order);
        this.out = command.getOutputStream();
        this.in = new BufferedReader(new InputStreamReader(command.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Gives a sign. */
    void nudge() throws IOException {
        out.write('\n');
        out.flush();
    }

    /** The next line; null where there is none any more. Blocks. */
    @Nullable
    String line() throws IOException {
        return in.readLine();
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (IOException | RuntimeException e) {
            // The connection is gone, and the dialogue with it.
            return;
        }
    }
}

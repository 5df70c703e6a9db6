package dev.livemeter.relay.nginx.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import net.schmizz.sshj.connection.channel.Channel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TCP connection on a relay host's loopback, whose other end is here. One thread may read while another writes. */
public final class HostStream implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HostStream.class);

    private final Channel channel;

    HostStream(Channel channel) {
        this.channel = channel;
    }

    /** What the other end says. */
    public InputStream in() {
        return channel.getInputStream();
    }

    /** What is said to the other end. Writing blocks while it takes nothing; what is written goes with the next {@link OutputStream#flush}. */
    public OutputStream out() {
        return channel.getOutputStream();
    }

    /** Says these bytes, and that nothing more comes. Blocks while the other end takes none. */
    public void sayLast(byte[] bytes) throws IOException {
        say(bytes);
        channel.getOutputStream().close();
    }

    /** Says these bytes. Blocks while the other end takes none. */
    public void say(byte[] bytes) throws IOException {
        try {
            var out = channel.getOutputStream();
            out.write(bytes);
            out.flush();
        } catch (RuntimeException e) {
            // sshj's buffers do not expect a connection that breaks.
            throw new IOException(SshConnection.reason(e), e);
        }
    }

    /** Ends the connection. Idempotent. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException | RuntimeException e) {
            log.debug("A connection on a relay host was not closed as it should be: {}.", SshConnection.reason(e));
        }
    }
}

package dev.livemeter.relay.nginx;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** One side of what the bridge passes on. One thread may read while another writes. */
record BridgeEnd(InputStream in, OutputStream out, Closeable connection) implements AutoCloseable {

    static BridgeEnd of(Socket socket) throws IOException {
        return new BridgeEnd(socket.getInputStream(), socket.getOutputStream(), socket);
    }

    /** Whoever reads or writes fails from now on. Idempotent. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (IOException | RuntimeException e) {
            // Nobody uses it any more.
        }
    }
}

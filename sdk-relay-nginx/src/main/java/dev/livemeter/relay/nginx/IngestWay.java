package dev.livemeter.relay.nginx;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Connections to where encoders publish. Each is told of as soon as there is one to close, as what follows can last. */
final class IngestWay {

    private static final int CONNECT_MILLIS = 3_000;

    /** Who passes a decrypted connection on tells first whose it is; nobody asks for this one's address. */
    private static final String PROXIED = "PROXY TCP4 127.0.0.1 127.0.0.1 65535 65535\r\n";

    private IngestWay() {}

    /** Where one gets to a server on this machine that listens at that address. */
    static String here(String listening) {
        if (!IpLiteral.isWildcard(listening)) {
            return listening;
        }
        return IpLiteral.address(listening) instanceof Inet6Address ? "::1" : "127.0.0.1";
    }

    static Socket plain(String host, int port, Consumer<Socket> begun) throws IOException {
        var socket = new Socket();
        begun.accept(socket);
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** To the port on loopback that takes what was decrypted. */
    static Socket behindTls(int port, Consumer<Socket> begun) throws IOException {
        var socket = plain("127.0.0.1", port, begun);
        try {
            socket.getOutputStream().write(PROXIED.getBytes(StandardCharsets.US_ASCII));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** By TLS; the server has to prove that name to this machine's authorities. */
    static Socket tls(String host, int port, Consumer<Socket> begun) throws IOException {
        var socket = plain(host, port, begun);
        try {
            socket.setSoTimeout(CONNECT_MILLIS);
            var secured = (SSLSocket)
                    ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(socket, host, port, true);
            var parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            return secured;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}

package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How the bridge connects to servers: by the address that was checked, and where TLS is wanted, to nobody who cannot prove the server's name. Thread-safe.
 *
 * @param authorities in whose word it trusts; null where nginx speaks TLS
 * @param complaints is told why a server was not connected to; null where nginx speaks TLS
 */
record BridgeWay(
        @Nullable SSLSocketFactory authorities, @Nullable TlsComplaints complaints) {

    private static final int CONNECT_MILLIS = 5_000;

    /** What waits here is hidden from nginx, so it is no more than a server far away needs. */
    private static final int SEND_BYTES = 512 * 1024;

    /** Without TLS. */
    static BridgeWay plain() {
        return new BridgeWay(null, null);
    }

    /**
     * By the authorities in that file, as PEM, or by this machine's.
     *
     * @param complaints is told why a server could not prove itself
     * @throws LivemeterException {@code relay.authorities_missing} if there are none in the file
     */
    static BridgeWay of(@Nullable Path authorities, TlsComplaints complaints) {
        if (authorities == null) {
            return new BridgeWay((SSLSocketFactory) SSLSocketFactory.getDefault(), complaints);
        }
        try {
            return new BridgeWay(trusting(authorities), complaints);
        } catch (IOException | GeneralSecurityException e) {
            throw new LivemeterException(
                    "relay.authorities_missing",
                    "The file of certificate authorities " + authorities
                            + " could not be read: it must hold certificates as PEM. Correct the setting egress-ca, or leave it out to take the"
                            + " system's.",
                    false,
                    e);
        }
    }

    private static SSLSocketFactory trusting(Path authorities) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream file = Files.newInputStream(authorities)) {
            var count = 0;
            for (var one : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                store.setCertificateEntry("authority-" + count++, one);
            }
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    /**
     * Connects; blocks.
     *
     * @param begun is given each end as soon as there is one to close
     */
    BridgeEnd to(Onward onward, Consumer<BridgeEnd> begun) throws IOException {
        var socket = new Socket();
        try {
            socket.setSendBufferSize(SEND_BYTES);
            socket.connect(onward.socketAddress(), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            var plain = BridgeEnd.of(socket);
            begun.accept(plain);
            var tls = onward.tls();
            if (tls == null) {
                return plain;
            }
            var secured = secured(socket, tls);
            // By the socket below it, as to close one that is being written to would wait for what a server that hangs
            // never takes.
            var end = new BridgeEnd(secured.getInputStream(), secured.getOutputStream(), socket);
            begun.accept(end);
            return end;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private Socket secured(Socket socket, TlsHost host) throws IOException {
        if (authorities == null) {
            throw new IllegalStateException("The bridge is to speak TLS, and was given no authorities.");
        }
        var secured = (SSLSocket) authorities.createSocket(socket, host.name(), host.port(), true);
        var parameters = secured.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host.name())));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        try {
            secured.startHandshake();
        } catch (SSLException e) {
            // nginx learns no more than that the push is gone.
            if (complaints != null) {
                complaints.failed(host, e);
            }
            throw e;
        }
        return secured;
    }
}

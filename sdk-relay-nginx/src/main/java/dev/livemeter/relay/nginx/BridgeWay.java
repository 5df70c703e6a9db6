package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.time.Scheduler;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * @param tls null where nginx speaks TLS
 */
record BridgeWay(@Nullable OwnTls tls) {

    private static final int CONNECT_MILLIS = 5_000;

    /** For the handshake as a whole: a limit for each reading would let a server that says a byte now and then go on for ever. */
    static final Duration HANDSHAKE_WITHIN = Duration.ofSeconds(5);

    /** What waits here is hidden from nginx, so it is no more than a server far away needs. */
    private static final int SEND_BYTES = 512 * 1024;

    /**
     * TLS of our own.
     *
     * @param authorities in whose word it trusts
     * @param complaints is told why a server was not connected to
     */
    private record OwnTls(SSLSocketFactory authorities, TlsComplaints complaints, Scheduler scheduler) {}

    /** Without TLS. */
    static BridgeWay plain() {
        return new BridgeWay(null);
    }

    /**
     * By the authorities in that file, as PEM, or by this machine's.
     *
     * @param complaints is told why a server could not prove itself
     * @param scheduler hangs up on who keeps a handshake waiting
     * @throws LivemeterException {@code relay.authorities_missing} if there are none in the file
     */
    static BridgeWay of(@Nullable Path authorities, TlsComplaints complaints, Scheduler scheduler) {
        if (authorities == null) {
            return new BridgeWay(new OwnTls((SSLSocketFactory) SSLSocketFactory.getDefault(), complaints, scheduler));
        }
        try {
            return new BridgeWay(new OwnTls(trusting(authorities), complaints, scheduler));
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
            var host = onward.tls();
            if (host == null) {
                return plain;
            }
            if (tls == null) {
                throw new IllegalStateException("The bridge is to speak TLS, and was given no authorities.");
            }
            var secured = secured(socket, host, tls);
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

    private static Socket secured(Socket socket, TlsHost host, OwnTls by) throws IOException {
        var secured = (SSLSocket) by.authorities().createSocket(socket, host.name(), host.port(), true);
        var parameters = secured.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host.name())));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        var late = new AtomicBoolean();
        var limit = by.scheduler().after(HANDSHAKE_WITHIN, () -> {
            late.set(true);
            hangUp(socket);
        });
        try {
            secured.startHandshake();
        } catch (IOException e) {
            // nginx learns no more than that the push is gone.
            if (late.get()) {
                by.complaints().late(host, HANDSHAKE_WITHIN);
                throw new SocketTimeoutException(
                        "the TLS handshake took longer than " + HANDSHAKE_WITHIN.toSeconds() + " s");
            }
            if (e instanceof SSLException fault) {
                by.complaints().failed(host, fault);
            }
            throw e;
        } finally {
            limit.cancel();
        }
        return secured;
    }

    private static void hangUp(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nobody uses it any more.
        }
    }
}

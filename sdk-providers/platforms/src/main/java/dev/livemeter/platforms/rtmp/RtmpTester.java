package dev.livemeter.platforms.rtmp;

import dev.livemeter.destination.ConnectionTest;
import dev.livemeter.destination.ConnectionTest.Kind;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.ReachRule;
import dev.livemeter.rtmp.Deadline;
import dev.livemeter.rtmp.RtmpSession;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tries the way to an RTMP server: address, TCP, TLS with its certificate, handshake, application, and the key where nobody sees it. The address that was checked is the
 * one that is connected to; the name is not looked up again. Thread-safe: each test has its own thread, socket and limits.
 */
public final class RtmpTester {

    private static final int PLAIN_PORT = 1935;
    private static final int TLS_PORT = 443;
    private static final int MOST_ADDRESSES = 3;
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    private final Names names;
    private final Supplier<SSLSocketFactory> tls;
    private final Patience patience;

    /**
     * A tester.
     *
     * @param tls whose authorities certificates are checked by
     */
    public RtmpTester(Names names, Supplier<SSLSocketFactory> tls, Patience patience) {
        this.names = names;
        this.tls = tls;
        this.patience = patience;
    }

    /** One with the machine's names and certificate authorities. */
    public static RtmpTester usual() {
        return new RtmpTester(
                InetAddress::getAllByName, () -> (SSLSocketFactory) SSLSocketFactory.getDefault(), Patience.usual());
    }

    /** One with the authorities of a host. */
    public static RtmpTester trusting(SSLContext authorities) {
        return new RtmpTester(InetAddress::getAllByName, authorities::getSocketFactory, Patience.usual());
    }

    /**
     * One with the authorities in a file of PEM, in place of those of the JVM. The file is read now.
     *
     * @throws IllegalArgumentException if it cannot be read, or has no certificate
     */
    public static RtmpTester trusting(Path file) {
        try (var pem = Files.newInputStream(file)) {
            var kept = KeyStore.getInstance("PKCS12");
            kept.load(null, null);
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                kept.setCertificateEntry("authority-" + kept.size(), certificate);
            }
            if (kept.size() == 0) {
                throw new IllegalArgumentException("There is no certificate in " + file + ".");
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(kept);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return trusting(context);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("The certificates in " + file + " cannot be read.", e);
        }
    }

    /** Tries the way to a target, up to the first step that fails. */
    public ConnectionTest test(PushTarget target, ReachRule rule, Probe probe) {
        var steps = new TestSteps();
        steps.begin(Kind.ADDRESS);
        var addresses = addresses(target.server().getHost());
        if (addresses.isEmpty()) {
            return steps.fail("The name of the server could not be resolved; check it for typing errors.");
        }
        for (var address : addresses) {
            var objection = rule.objectionTo(address, port(target));
            if (objection.isPresent()) {
                return steps.fail(objection.get());
            }
        }
        steps.pass("The server's name leads to " + addresses.size()
                + (addresses.size() == 1 ? " address." : " addresses."));
        try (var watch = new Watch(patience.whole())) {
            try {
                return walk(steps, watch, addresses, target, probe);
            } catch (IOException e) {
                return steps.fail(Failures.sentence(steps.current(), watch.isOver() ? late(e) : e, port(target)));
            }
        }
    }

    private static IOException late(IOException consequence) {
        var late = new SocketTimeoutException("The time for the test is over.");
        late.initCause(consequence);
        return late;
    }

    private ConnectionTest walk(
            TestSteps steps, Watch watch, List<InetAddress> addresses, PushTarget target, Probe probe)
            throws IOException {
        steps.begin(Kind.TCP);
        var plain = connect(watch, addresses, port(target));
        steps.pass("The server takes connections on port " + port(target) + ".");
        if (!isTls(target)) {
            return speak(steps, new RtmpSession(plain, Deadline.in(patience.step())), target, probe);
        }
        steps.begin(Kind.TLS);
        var secured = secure(plain, target.server().getHost());
        steps.pass(description(secured));
        return speak(steps, new RtmpSession(secured, Deadline.in(patience.step())), target, probe);
    }

    /** Over the first address that answers. A socket can be connected once, so each address needs its own. */
    private Socket connect(Watch watch, List<InetAddress> addresses, int port) throws IOException {
        var until = Deadline.in(patience.step());
        var some = addresses.subList(0, Math.min(MOST_ADDRESSES, addresses.size()));
        @Nullable IOException failure = null;
        for (var i = 0; i < some.size(); i++) {
            try {
                var socket = watch.over(new Socket());
                // The rest of the time is shared among the addresses that are left.
                socket.connect(
                        new InetSocketAddress(some.get(i), port), Math.max(1, until.millis() / (some.size() - i)));
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
        }
        throw failure == null ? new IOException("There is no address.") : failure;
    }

    private SSLSocket secure(Socket socket, String host) throws IOException {
        socket.setSoTimeout((int) patience.step().toMillis());
        var secured = (SSLSocket) tls.get().createSocket(socket, host, socket.getPort(), true);
        var parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private static String description(SSLSocket secured) throws IOException {
        var session = secured.getSession();
        var leaf = (X509Certificate) session.getPeerCertificates()[0];
        return session.getProtocol() + "; the certificate proves the server's name until "
                + leaf.getNotAfter().toInstant().atZone(ZoneOffset.UTC).toLocalDate() + ".";
    }

    private ConnectionTest speak(TestSteps steps, RtmpSession session, PushTarget target, Probe probe)
            throws IOException {
        steps.begin(Kind.HANDSHAKE);
        session.until(Deadline.in(patience.step()));
        session.shakeHands();
        steps.pass("The server speaks RTMP.");
        steps.begin(Kind.CONNECT);
        session.until(Deadline.in(patience.step()));
        var answer = session.connect(target.server());
        var application = RtmpSession.application(target.server());
        if (answer.isRefusal()) {
            return steps.fail("The server refuses the application '" + application + "'" + in(answer.code(), target)
                    + "; copy the address again from the platform.");
        }
        steps.pass("The server knows the application '" + application + "'.");
        steps.begin(Kind.PUBLISH);
        if (probe instanceof Probe.Unseen unseen) {
            session.until(Deadline.in(patience.publish()));
            return publish(steps, session, unseen, target);
        }
        steps.skip(((Probe.Never) probe).why());
        return steps.done();
    }

    private ConnectionTest publish(TestSteps steps, RtmpSession session, Probe.Unseen probe, PushTarget target)
            throws IOException {
        var key = probe.key().reveal();
        var answer = session.publish(key);
        if (answer.isRefusal() || answer.isOfLevel("error")) {
            return refused(steps, answer, target);
        }
        var began = System.nanoTime();
        for (var piece : ProbeClip.load().pieces()) {
            var objection = listen(session, began + piece.millis() * 1_000_000L);
            if (objection != null) {
                return refused(steps, objection, target);
            }
            session.media(piece.type(), piece.millis(), piece.body());
        }
        // A server that does not like the key or the picture says so, or hangs up, about now.
        var objection = listen(session, System.nanoTime() + LAST_WORDS.toNanos());
        if (objection != null) {
            return refused(steps, objection, target);
        }
        steps.pass("The platform took the stream key and a test picture. " + probe.promise());
        takeLeave(session, key);
        return steps.done();
    }

    /** Hears what the server has to say until that moment; null where it does not object. */
    private static RtmpSession.@Nullable Answer listen(RtmpSession session, long untilNanos) throws IOException {
        for (var left = untilNanos - System.nanoTime(); left > 0; left = untilNanos - System.nanoTime()) {
            if (session.speaksWithin(Duration.ofNanos(left))) {
                var said = session.heard().orElse(null);
                if (said != null && (said.isRefusal() || said.isOfLevel("error"))) {
                    return said;
                }
            }
        }
        return null;
    }

    private static void takeLeave(RtmpSession session, String key) {
        try {
            session.unpublish(key);
        } catch (IOException e) {
            // The server has left first; the test is over all the same.
        }
    }

    private static ConnectionTest refused(TestSteps steps, RtmpSession.Answer answer, PushTarget target) {
        return steps.fail("The platform refuses the stream key" + in(answer.code(), target)
                + "; copy it again from the platform, and see that nothing else uses it now.");
    }

    /** The server's own word for it. It chose the word, so it could be our key. */
    private static String in(String code, PushTarget target) {
        return code.isEmpty() || code.contains(target.key().reveal()) ? "" : " (" + code + ")";
    }

    /** The addresses of a host, IPv4 first; none where there are none or the answer does not come. */
    private List<InetAddress> addresses(String host) {
        var answer = new CompletableFuture<List<InetAddress>>();
        // A look-up cannot be interrupted, so it has a thread of its own, which is left behind where it hangs.
        var asking = new Thread(
                () -> {
                    try {
                        answer.complete(List.of(names.addresses(host)));
                    } catch (UnknownHostException | RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                },
                "livemeter-name");
        asking.setDaemon(true);
        asking.start();
        try {
            return answer.orTimeout(patience.step().toMillis(), TimeUnit.MILLISECONDS).join().stream()
                    .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                    .toList();
        } catch (CompletionException e) {
            return List.of();
        }
    }

    private static boolean isTls(PushTarget target) {
        return "rtmps".equals(target.server().getScheme());
    }

    private static int port(PushTarget target) {
        var given = target.server().getPort();
        return given > 0 ? given : isTls(target) ? TLS_PORT : PLAIN_PORT;
    }
}

package dev.livemeter.platforms.rtmp;

import dev.livemeter.destination.ConnectionTest.Kind;
import dev.livemeter.rtmp.RtmpFault;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a failure means for the person who entered the destination. Tells nothing that a server wrote. */
final class Failures {

    private Failures() {}

    static String sentence(Kind step, IOException failure, int port) {
        if (failure instanceof RtmpFault fault) {
            return fault.getMessage() == null ? "The server does not speak RTMP." : fault.getMessage();
        }
        return switch (step) {
            case TCP -> unreached(failure, port);
            case TLS -> unproven(failure, port);
            default -> silent(step, failure);
        };
    }

    private static String unreached(IOException failure, int port) {
        if (failure instanceof SocketTimeoutException) {
            return "The server does not answer on port " + port
                    + "; a firewall may be in between, or the address or the port is wrong.";
        }
        if (failure instanceof NoRouteToHostException) {
            return "There is no way from here to the server; check the network and the address.";
        }
        return failure instanceof ConnectException
                ? "The server takes no connections on port " + port
                        + "; check the port, or try again when the platform is up."
                : "The server could not be connected to on port " + port + "; try again, and check the address.";
    }

    private static String unproven(IOException failure, int port) {
        if (has(failure, CertificateExpiredException.class)) {
            return "The server's certificate has expired; only its operator can renew it.";
        }
        if (has(failure, CertificateNotYetValidException.class)) {
            return "The server's certificate is not valid yet; check the clock of this machine.";
        }
        if (has(failure, CertPathBuilderException.class) || has(failure, CertPathValidatorException.class)) {
            return "The server's certificate comes from no authority that this machine trusts; a platform's own would.";
        }
        if (has(failure, CertificateException.class)) {
            return "The server's certificate is for another name; check the address for typing errors.";
        }
        if (failure instanceof SocketTimeoutException) {
            return "The server does not answer in TLS on port " + port
                    + "; it may want plain RTMP: use rtmp://, or another port.";
        }
        return failure instanceof SSLException || failure instanceof EOFException
                ? "The server does not speak TLS on port " + port
                        + ", or no version that is safe; use rtmp:// if the platform offers it, or another port."
                : "The server broke the connection at TLS; it may want plain RTMP: use rtmp://, or another port.";
    }

    private static String silent(Kind step, IOException failure) {
        var what = switch (step) {
            case HANDSHAKE -> "the handshake of RTMP";
            case CONNECT -> "the request for its application";
            default -> "the request to publish";
        };
        if (failure instanceof SocketTimeoutException) {
            return "The server does not answer " + what + " in time; it may be no RTMP server, or be overloaded.";
        }
        return step == Kind.PUBLISH
                ? "The server broke the connection when it heard the stream key; copy the key again from the platform."
                : "The server broke the connection at " + what + "; check scheme, port and application of the address.";
    }

    private static boolean has(@Nullable Throwable failure, Class<? extends Throwable> kind) {
        var cause = failure;
        for (var depth = 0; cause != null && depth < 10; depth++) {
            if (kind.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}

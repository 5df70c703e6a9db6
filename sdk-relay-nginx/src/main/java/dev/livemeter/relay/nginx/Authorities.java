package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The certificate authorities whose word is taken for a server's name. */
final class Authorities {

    private static final List<Path> BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/ca-bundle.pem"),
            Path.of("/etc/ssl/cert.pem"));

    private Authorities() {}

    /**
     * The file that was set, or the system's; empty where the system has none.
     *
     * @throws LivemeterException {@code relay.authorities_missing} if a file was set that cannot be read
     */
    static Optional<Path> find(@Nullable Path wanted) {
        if (wanted == null) {
            return BUNDLES.stream().filter(Files::isReadable).findFirst();
        }
        if (!Files.isReadable(wanted)) {
            throw new LivemeterException(
                    "relay.authorities_missing",
                    "The file of certificate authorities " + wanted
                            + " is missing or cannot be read. Correct the setting egress-ca, or leave it out to take the system's.");
        }
        return Optional.of(wanted.toAbsolutePath());
    }
}

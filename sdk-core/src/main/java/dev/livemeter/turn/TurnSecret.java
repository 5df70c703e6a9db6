package dev.livemeter.turn;

import dev.livemeter.LivemeterException;
import dev.livemeter.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The secret that a TURN server shares with this application ({@code static-auth-secret} of coturn). Asked for each credential, by many threads; so where it changes, the next credential is made with the new one.
 */
@FunctionalInterface
public interface TurnSecret {

    /** The newest of the secrets that the TURN server takes. */
    Secret newest();

    /** Always the same. */
    static TurnSecret of(Secret secret) {
        return () -> secret;
    }

    /**
     * The first line of a file that is not blank, read each time, so that a new secret is a new first line and needs no restart. Lines that follow are for people.
     *
     * @throws LivemeterException when asked: {@code turn.secret_file}, if it cannot be read or has no such line
     */
    static TurnSecret inFile(Path file) {
        return () -> {
            try (var lines = Files.lines(file)) {
                return Secret.of(lines.map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .findFirst()
                        .orElseThrow(() -> new IOException("it has no line that is not blank")));
            } catch (IOException | java.io.UncheckedIOException e) {
                throw new LivemeterException(
                        "turn.secret_file",
                        "The file " + file + " with the secret of the TURN server cannot be read: " + e.getMessage()
                                + ". Write the secret into its first line.",
                        false,
                        e);
            }
        };
    }
}

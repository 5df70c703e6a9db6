package dev.livemeter.account;

import dev.livemeter.LivemeterException;
import dev.livemeter.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tokens as one text, which is sealed before it goes anywhere. */
final class TokenNotation {

    /** Those of the usual client are written as before there were others, for nodes of an earlier version. */
    private static final String FORMAT = "1";

    private static final String WITH_CLIENT = "2";
    private static final String NONE = "-";

    private TokenNotation() {}

    static Secret write(AccountTokens tokens) {
        var refresh = tokens.refresh();
        var expiresAt = tokens.expiresAt();
        var text = String.join(
                "\n",
                tokens.client().isEmpty() ? FORMAT : WITH_CLIENT,
                packed(tokens.access().reveal()),
                refresh == null ? NONE : packed(refresh.reveal()),
                expiresAt == null ? NONE : expiresAt.toString(),
                packed(String.join(" ", tokens.scopes())));
        return Secret.of(tokens.client().isEmpty() ? text : text + "\n" + packed(tokens.client()));
    }

    /**
     * The tokens again.
     *
     * @throws LivemeterException {@code account.unreadable} where the text is of no version that is known
     */
    static AccountTokens read(Secret text) {
        var lines = text.reveal().split("\n", -1);
        var usual = lines[0].equals(FORMAT) && lines.length == 5;
        if (!usual && !(lines[0].equals(WITH_CLIENT) && lines.length == 6)) {
            throw unreadable();
        }
        try {
            var scopes = unpacked(lines[4]);
            return new AccountTokens(
                    Secret.of(unpacked(lines[1])),
                    optional(lines[2]),
                    lines[3].equals(NONE) ? null : Instant.parse(lines[3]),
                    scopes.isEmpty() ? Set.of() : Set.of(scopes.split(" ")),
                    usual ? "" : unpacked(lines[5]));
        } catch (IllegalArgumentException | DateTimeException e) {
            // Without its cause, which may quote what it could not read.
            throw unreadable();
        }
    }

    private static @Nullable Secret optional(String line) {
        return line.equals(NONE) ? null : Secret.of(unpacked(line));
    }

    private static String packed(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String unpacked(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }

    private static LivemeterException unreadable() {
        return new LivemeterException(
                "account.unreadable",
                "The tokens of an account were stored by another version of Livemeter and cannot be read; connect the account again.");
    }
}

package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.HoldRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What a request asked for, in 64 characters: it tells a repeat from another request under the same id.
 *
 * @param sha256 lower-case hexadecimal
 */
public record Fingerprint(String sha256) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    public Fingerprint {
        if (!FORM.matcher(sha256).matches()) {
            throw new LivemeterException(
                    "ledger.malformed_fingerprint",
                    "A fingerprint of " + sha256.length()
                            + " characters was given; expected 64 of 0-9 and a-f, as SHA-256 makes them.");
        }
    }

    static Fingerprint of(CreditRequest request) {
        return hash("credit", request.owner().value(), text(request.amount()), request.memo());
    }

    static Fingerprint of(HoldRequest request) {
        return hash(
                "hold",
                request.owner().value(),
                text(request.atLeast()),
                text(request.atMost()),
                request.expiresIn().toString());
    }

    static Fingerprint of(CaptureRequest request) {
        return hash(
                "capture",
                request.hold().value(),
                text(request.amount()),
                request.remainder().name());
    }

    private static String text(Money money) {
        return money.currency().getCurrencyCode() + money.micros();
    }

    private static Fingerprint hash(String... parts) {
        // Each part goes in with its length; joined alone, "ab" + "c" and "a" + "bc" would be the same.
        var canonical = new StringBuilder();
        for (var part : parts) {
            canonical.append(part.length()).append(':').append(part);
        }
        try {
            var digest = MessageDigest.getInstance("SHA-256")
                    .digest(canonical.toString().getBytes(StandardCharsets.UTF_8));
            return new Fingerprint(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256; this one does not.", e);
        }
    }
}

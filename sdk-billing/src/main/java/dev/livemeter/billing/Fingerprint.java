package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.Subject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request asked for, in 64 characters: it tells a repeat from another request under the same id.
 *
 * @param sha256 lower-case hexadecimal
 */
public record Fingerprint(String sha256) {

    public Fingerprint {
        if (sha256.length() != 64 || !isHexadecimal(sha256)) {
            throw new LivemeterException(
                    "ledger.malformed_fingerprint",
                    "A fingerprint of " + sha256.length()
                            + " characters was given; expected 64 of 0-9 and a-f, as SHA-256 makes them.");
        }
    }

    // Neither a regular expression nor a stream: books are read and written by the thousand.
    private static boolean isHexadecimal(String text) {
        for (var i = 0; i < text.length(); i++) {
            var character = text.charAt(i);
            if (!((character >= '0' && character <= '9') || (character >= 'a' && character <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    /** Of a message as it was received: its bytes, before anything was read into them. */
    public static Fingerprint ofContent(byte[] content) {
        return digest(content);
    }

    static Fingerprint of(CreditRequest request) {
        var parts = new ArrayList<>(List.of("credit", request.owner().value(), text(request.amount()), request.memo()));
        addSubject(parts, request.subject(), request.id().value());
        return hash(parts);
    }

    static Fingerprint of(HoldRequest request) {
        return hash(List.of(
                "hold",
                request.owner().value(),
                text(request.atLeast()),
                text(request.atMost()),
                request.expiresIn().toString()));
    }

    static Fingerprint of(CaptureRequest request) {
        var parts = new ArrayList<>(List.of(
                "capture",
                request.hold().value(),
                text(request.amount()),
                request.remainder().name()));
        addSubject(parts, request.subject(), request.hold().value());
        add(parts, request.allotment());
        return hash(parts);
    }

    static Fingerprint of(DebitRequest request) {
        var parts = new ArrayList<>(List.of(
                "debit",
                request.owner().value(),
                text(request.amount()),
                request.memo(),
                request.subject().value()));
        add(parts, request.allotment());
        return hash(parts);
    }

    static Fingerprint of(RefundRequest request) {
        return hash(List.of("refund", request.original().value(), text(request.amount()), request.memo()));
    }

    /** What was asked for in other words: the parts of a request that has no type of its own here. */
    static Fingerprint of(String kind, String... parts) {
        var all = new ArrayList<String>();
        all.add(kind);
        all.addAll(List.of(parts));
        return hash(all);
    }

    /** The usual subject is left out: books that were written before there were subjects must still know their requests. */
    private static void addSubject(List<String> parts, Subject subject, String usual) {
        if (!subject.value().equals(usual)) {
            parts.add(subject.value());
        }
    }

    private static void add(List<String> parts, @Nullable Allotment allotment) {
        if (allotment != null) {
            parts.add("to " + allotment.payee());
            parts.add(text(allotment.amount()));
        }
    }

    static String text(Money money) {
        return money.currency().getCurrencyCode() + money.micros();
    }

    private static Fingerprint hash(List<String> parts) {
        // Each part goes in with its length; joined alone, "ab" + "c" and "a" + "bc" would be the same.
        var canonical = new StringBuilder();
        for (var part : parts) {
            canonical.append(part.length()).append(':').append(part);
        }
        return digest(canonical.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Fingerprint digest(byte[] content) {
        try {
            return new Fingerprint(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256; this one does not.", e);
        }
    }
}

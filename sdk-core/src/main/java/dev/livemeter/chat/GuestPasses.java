package dev.livemeter.chat;

import dev.livemeter.LivemeterException;
import dev.livemeter.chat.ChatAnswer.Declined;
import dev.livemeter.chat.ChatAnswer.Granted;
import dev.livemeter.chat.ChatAnswer.Reason;
import dev.livemeter.chat.ChatPolicy.Guests;
import dev.livemeter.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names for people without an account. A pass holds the guest's id, name and end, sealed by the host's cipher: nothing of it is stored, every node that has the key takes it, and nobody can make one. Who has a pass is that guest. Thread-safe.
 */
public final class GuestPasses {

    private static final String CONTEXT = "guest pass 1";
    private static final int LONGEST_TOKEN = 1_000;
    private static final Pattern FIELDS = Pattern.compile("([a-z0-9]{1,64}) ([0-9]{1,12}) (.+)");

    private final @Nullable ChatParts parts;

    GuestPasses(@Nullable ChatParts parts) {
        this.parts = parts;
    }

    /**
     * A pass.
     *
     * @param token what the guest shows; of {@code A-Z a-z 0-9 . _ -}
     */
    public record GuestPass(ChatPerson guest, Secret token, Instant expiresAt) {}

    /**
     * A new guest of that name. Whether the name is another person's in a channel is looked at when the guest speaks there. First match wins: OFF, UNFIT, NAME_TAKEN, granted.
     *
     * @param name 2 to 30 letters, digits and single ones of space {@code . - _ '}, of one script; brought into normal form KC
     */
    public ChatAnswer<GuestPass> issue(String name) {
        if (parts == null || parts.policy().guests() == Guests.NONE) {
            return new Declined<>(Reason.OFF, "Guests are not let in here; sign in.", Duration.ZERO);
        }
        if (name.length() > LONGEST_TOKEN) {
            return unfit("The name is too long; expected 2 to 30 characters.");
        }
        var kept = DisplayName.normalized(name);
        var objection = DisplayName.objectionTo(kept);
        if (objection.isPresent()) {
            return unfit(objection.get());
        }
        if (parts.policy().takenNames().test(kept)) {
            return new Declined<>(
                    Reason.NAME_TAKEN, "The name is another person's; choose another one.", Duration.ZERO);
        }
        var id = parts.ids().next();
        var end = parts.time().instant().plus(parts.policy().passesFor());
        var sealed = parts.cipher().seal(Secret.of(id + " " + end.getEpochSecond() + " " + kept), CONTEXT);
        return new Granted<>(new GuestPass(
                ChatPerson.guest(id, kept), Secret.of(armored(sealed)), Instant.ofEpochSecond(end.getEpochSecond())));
    }

    private static ChatAnswer<GuestPass> unfit(String sentence) {
        return new Declined<>(Reason.UNFIT, sentence, Duration.ZERO);
    }

    /** Who shows a pass; empty where it was not made here, was altered, or is too old. */
    public Optional<ChatPerson> read(String token) {
        if (parts == null || parts.policy().guests() == Guests.NONE || token.length() > LONGEST_TOKEN) {
            return Optional.empty();
        }
        try {
            var fields = FIELDS.matcher(
                    parts.cipher().open(unarmored(token), CONTEXT).reveal());
            if (!fields.matches() || parts.time().instant().getEpochSecond() >= Long.parseLong(fields.group(2))) {
                return Optional.empty();
            }
            return Optional.of(ChatPerson.guest(fields.group(1), fields.group(3)));
        } catch (LivemeterException forged) {
            return Optional.empty();
        }
    }

    /** Without characters that headers and addresses give a meaning to. */
    private static String armored(String sealed) {
        return sealed.replace("=", "").replace('+', '-').replace('/', '_');
    }

    private static String unarmored(String token) {
        var base64 = token.replace('-', '+').replace('_', '/');
        var body = base64.length() - base64.indexOf('.') - 1;
        return base64 + "=".repeat((4 - body % 4) % 4);
    }
}

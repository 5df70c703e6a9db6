package dev.livemeter.moderation;

import dev.livemeter.event.LiveEvent.BanLifted;
import dev.livemeter.event.LiveEvent.PersonBanned;
import dev.livemeter.event.LiveEvent.PersonKicked;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Ban.Kind;
import dev.livemeter.moderation.Ban.Lift;
import dev.livemeter.moderation.MayMeet.Allowed;
import dev.livemeter.moderation.MayMeet.Banned;
import dev.livemeter.moderation.ModerationResult.Declined;
import dev.livemeter.moderation.ModerationResult.Done;
import dev.livemeter.moderation.ModerationResult.Reason;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Kicks and bans, of users and guests, from one broadcaster's streams, rooms, calls and chats or from everywhere. A ban is known on the node that made it when the order returns, and on others about a second later; every node then cuts what runs, by its
 * {@link BanListener}s, and whoever issues tokens asks {@link #mayMeet}. All that was ever ordered can be read again. Thread-safe.
 */
public final class Moderation {

    private static final int LONGEST_REASON = 200;
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final @Nullable ModerationParts parts;
    private final @Nullable BanWatch watch;

    private Moderation(@Nullable ModerationParts parts, @Nullable BanWatch watch) {
        this.parts = parts;
        this.watch = watch;
    }

    /** None: nobody is banned, and nobody can be. */
    public static Moderation none() {
        return new Moderation(null, null);
    }

    /**
     * Reads the bans that are in force and follows the store from then on.
     *
     * @throws dev.livemeter.LivemeterException {@code storage.*} if they cannot be read
     */
    public static Moderation with(ModerationParts parts) {
        var watch = new BanWatch(parts);
        watch.begin();
        return new Moderation(parts, watch);
    }

    /** Looks at the store no more; what is known goes on to hold. For Livemeter itself. Idempotent. */
    public void end() {
        if (watch != null) {
            watch.end();
        }
    }

    /** Whether a user may be with a broadcaster. Answers from memory, at once. */
    public MayMeet mayMeet(UserId user, UserId broadcaster) {
        return mayMeet(PersonId.of(user), broadcaster);
    }

    /**
     * Whether somebody may be with a broadcaster. Answers from memory, at once.
     *
     * @param broadcaster null for a place that is nobody's, where bans from everywhere hold
     */
    public MayMeet mayMeet(PersonId person, @Nullable UserId broadcaster) {
        return parts == null || watch == null
                ? new Allowed()
                : watch.list().between(person, broadcaster, parts.time().instant());
    }

    /** The sentence for somebody who may not be with a broadcaster; empty for who may. */
    public Optional<String> objectionTo(PersonId person, @Nullable UserId broadcaster) {
        return mayMeet(person, broadcaster) instanceof Banned banned
                ? Optional.of(banned.sentence())
                : Optional.empty();
    }

    /** Tells a listener of every ban and kick from now on, those of other nodes too. */
    public void onBanned(BanListener listener) {
        if (watch != null) {
            watch.tell(listener);
        }
    }

    /** Tells a listener no more. Idempotent. */
    public void forgetListener(BanListener listener) {
        if (watch != null) {
            watch.untell(listener);
        }
    }

    /**
     * Bans somebody for a while. First match wins: OFF, NOT_ALLOWED, ONESELF, UNFIT, done. Not idempotent: each order is a ban of its own, all of which have to be lifted.
     *
     * @param reason a line of up to 200 characters that the person is told; may be empty
     * @param lasting a second to a hundred years
     */
    public ModerationResult ban(Moderator by, PersonId person, BanScope scope, String reason, Duration lasting) {
        var fits = lasting.compareTo(Duration.ofSeconds(1)) >= 0 && lasting.compareTo(LONGEST) <= 0;
        return order(
                by,
                person,
                scope,
                reason,
                fits
                        ? Optional.empty()
                        : Optional.of("A ban of " + lasting.toSeconds() + " seconds was ordered; expected 1 to "
                                + LONGEST.toSeconds() + ", or one for ever."),
                Kind.BAN,
                lasting);
    }

    /** Bans somebody until it is lifted. Otherwise as {@link #ban}. */
    public ModerationResult banForEver(Moderator by, PersonId person, BanScope scope, String reason) {
        return order(by, person, scope, reason, Optional.empty(), Kind.BAN, null);
    }

    /** Sends somebody out of all that runs within a scope; they may come back. Otherwise as {@link #ban}. */
    public ModerationResult kick(Moderator by, PersonId person, BanScope scope, String reason) {
        return order(by, person, scope, reason, Optional.empty(), Kind.KICK, Duration.ZERO);
    }

    private ModerationResult order(
            Moderator by,
            PersonId person,
            BanScope scope,
            String reason,
            Optional<String> objection,
            Kind kind,
            @Nullable Duration lasting) {
        if (parts == null || watch == null) {
            return off();
        }
        if (!mayOrder(by, scope)) {
            return notAllowed();
        }
        var user = person.user().orElse(null);
        if (by.user().equals(user) || (user != null && user.equals(scope.broadcaster()))) {
            return new Declined(
                    Reason.ONESELF,
                    "Nobody can be sent away from their own rooms, or send themselves away; name somebody else.");
        }
        var unfit = objection.or(() -> objectionTo(reason));
        if (unfit.isPresent()) {
            return new Declined(Reason.UNFIT, unfit.get());
        }
        var now = parts.time().instant().truncatedTo(ChronoUnit.MICROS);
        var ban = new Ban(
                new BanId("ban-" + parts.ids().next()),
                kind,
                person,
                scope,
                by.user(),
                reason.strip(),
                now,
                lasting == null ? null : now.plus(lasting),
                null);
        parts.store().insert(ban);
        parts.events().publish(kind == Kind.KICK ? new PersonKicked(now, user, ban) : new PersonBanned(now, user, ban));
        watch.catchUp();
        return new Done(ban);
    }

    /**
     * Takes a ban back. First match wins: OFF, UNKNOWN, NOT_ALLOWED, UNFIT, OVER, done. Who ordered it may be another one; whoever could order it can lift it.
     *
     * @param reason a line of up to 200 characters; may be empty
     */
    public ModerationResult lift(Moderator by, BanId id, String reason) {
        if (parts == null || watch == null) {
            return off();
        }
        var found = parts.store().find(id);
        if (found.isEmpty()) {
            return new Declined(Reason.UNKNOWN, "There is no ban " + id + ".");
        }
        if (!mayOrder(by, found.get().scope())) {
            return notAllowed();
        }
        var unfit = objectionTo(reason);
        if (unfit.isPresent()) {
            return new Declined(Reason.UNFIT, unfit.get());
        }
        var now = parts.time().instant().truncatedTo(ChronoUnit.MICROS);
        var lifted = found.get().isInForce(now)
                ? parts.store().lift(id, new Lift(by.user(), reason.strip(), now))
                : Optional.<Ban>empty();
        if (lifted.isEmpty()) {
            return new Declined(Reason.OVER, "The ban " + id + " is over already.");
        }
        parts.events().publish(new BanLifted(now, lifted.get().person().user().orElse(null), lifted.get()));
        watch.catchUp();
        return new Done(lifted.get());
    }

    /** One ban or kick, whatever became of it. */
    public Optional<Ban> find(BanId id) {
        return parts == null ? Optional.empty() : parts.store().find(id);
    }

    /**
     * What was ordered within a scope, the newest first, whatever became of it: who did it, when, why, and who took it back. Of a broadcaster, without what holds everywhere.
     *
     * @param scope null for all
     * @param person null for all
     * @param limit at most so many, 1 to 500
     * @param before only older ones than this; null for the newest
     */
    public List<Ban> list(@Nullable BanScope scope, @Nullable PersonId person, int limit, @Nullable BanId before) {
        return parts == null ? List.of() : parts.store().list(scope, person, limit, before);
    }

    /** Whether somebody may order and lift bans within a scope. */
    public boolean mayOrder(Moderator by, BanScope scope) {
        var broadcaster = scope.broadcaster();
        return by.standing() == Moderator.Standing.ADMINISTRATOR
                || (broadcaster != null
                        && (broadcaster.equals(by.user())
                                || (parts != null && parts.isModerator().test(by.user(), broadcaster))));
    }

    private static Optional<String> objectionTo(String reason) {
        var length = reason.strip().codePointCount(0, reason.strip().length());
        return length > LONGEST_REASON || reason.strip().codePoints().anyMatch(Moderation::isHidden)
                ? Optional.of("The reason has " + length + " characters; expected a line of at most " + LONGEST_REASON
                        + " that can all be seen.")
                : Optional.empty();
    }

    private static boolean isHidden(int point) {
        var type = Character.getType(point);
        return Character.isISOControl(point)
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }

    private static Declined off() {
        return new Declined(Reason.OFF, "This application keeps no bans; its storage cannot.");
    }

    private static Declined notAllowed() {
        return new Declined(
                Reason.NOT_ALLOWED,
                "Only the broadcaster, their moderators and administrators may do that; from everywhere, only administrators.");
    }
}

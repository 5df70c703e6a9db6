package dev.livemeter.jdbc.crash;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Payee;
import dev.livemeter.session.SessionId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a process said before it died, a line for each step: what it was about to do, before it did it, and what had been acknowledged. So
 * it is known what was delivered, whatever the books say. Not thread-safe.
 */
final class Story {

    private static final Pattern WORDS = Pattern.compile(" ");

    private final Map<SessionId, Told> sessions = new LinkedHashMap<>();
    private long tick;
    private long acknowledged = -1;
    private int charging;
    private int charged;
    private boolean done;
    private long calls;
    private long commits;

    // What a process says

    static String opening(SessionId id, UserId payer, @Nullable Payee payee, Tariff tariff) {
        return "O " + id + " " + payer + " "
                + (payee == null ? "- 0" : payee.user() + " " + payee.share().basisPoints()) + " " + tariff.notation();
    }

    static String refused(SessionId id) {
        return "R " + id;
    }

    static String delivered(SessionId id, long tick) {
        return "D " + id + " " + tick;
    }

    static String ended(SessionId id, long tick) {
        return "E " + id + " " + tick;
    }

    static String cut(SessionId id, long tick) {
        return "C " + id + " " + tick;
    }

    static String fenced(SessionId id) {
        return "F " + id;
    }

    static String tick(long tick) {
        return "T " + tick;
    }

    static String acknowledged(long tick) {
        return "S " + tick;
    }

    /** It begins a settlement that charges somebody. */
    static String charging() {
        return "B";
    }

    /** That settlement is over. */
    static String charged() {
        return "A";
    }

    /** It stands where it is to be killed. */
    static String ready() {
        return "K";
    }

    static String done(long calls, long commits) {
        return "X " + calls + " " + commits;
    }

    // What was heard

    void hear(String line) {
        var words = List.of(WORDS.split(line, 6));
        switch (words.get(0)) {
            case "O" ->
                sessions.put(
                        id(words),
                        new Told(
                                UserId.of(words.get(2)),
                                words.get(3).equals("-")
                                        ? null
                                        : new Payee(UserId.of(words.get(3)), new Share(Integer.parseInt(words.get(4)))),
                                Tariff.parse(words.get(5))));
            case "R" -> told(words).refused = true;
            case "D" -> told(words).from = number(words, 2);
            case "E" -> told(words).endedAt = number(words, 2);
            case "C" -> told(words).cutAt = number(words, 2);
            case "F" -> told(words).fenced = true;
            case "T" -> tick = number(words, 1);
            case "S" -> acknowledged = number(words, 1);
            case "B" -> charging++;
            case "A" -> charged++;
            case "K" -> {
                // whoever listens kills it now
            }
            case "X" -> {
                done = true;
                calls = number(words, 1);
                commits = number(words, 2);
            }
            default -> throw new IllegalStateException("The process said '" + line + "', which means nothing.");
        }
    }

    Map<SessionId, Told> sessions() {
        return sessions;
    }

    /** Up to which second at most something was delivered. */
    long tick() {
        return tick;
    }

    /** Up to which second everything was settled that was due. */
    long acknowledged() {
        return acknowledged;
    }

    /** Whether it came to its end by itself. */
    boolean isDone() {
        return done;
    }

    /** How many settlements that charge somebody it began. */
    int settlements() {
        return charging;
    }

    /** Whether it was in the middle of one at its last word. */
    boolean isSettling() {
        return charging > charged;
    }

    /** How many statements and commits those settlements made, where it came to its end. */
    long calls() {
        return calls;
    }

    long commits() {
        return commits;
    }

    /** The most that was delivered of a session, in seconds. */
    long mostDelivered(Told session) {
        return session.from < 0 ? 0 : Math.min(tick, session.last()) - session.from;
    }

    /** What was delivered of a session when the last round of settlements was over, in seconds; nothing where it began later. */
    long deliveredAtLastRound(Told session) {
        return session.from < 0 ? 0 : Math.max(0, Math.min(acknowledged, session.last()) - session.from);
    }

    private Told told(List<String> words) {
        var told = sessions.get(id(words));
        if (told == null) {
            throw new IllegalStateException("The process spoke of " + words + " before it opened it.");
        }
        return told;
    }

    private static SessionId id(List<String> words) {
        return new SessionId(words.get(1));
    }

    private static long number(List<String> words, int place) {
        return Long.parseLong(words.get(place));
    }

    /** A session as its process told of it. */
    static final class Told {

        final UserId payer;
        final @Nullable Payee payee;
        final Tariff tariff;
        boolean refused;
        boolean fenced;
        long from = -1;
        long endedAt = Long.MAX_VALUE;
        long cutAt = Long.MAX_VALUE;

        Told(UserId payer, @Nullable Payee payee, Tariff tariff) {
            this.payer = payer;
            this.payee = payee;
            this.tariff = tariff;
        }

        long last() {
            return Math.min(endedAt, cutAt);
        }
    }
}

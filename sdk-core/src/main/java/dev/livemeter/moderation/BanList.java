package dev.livemeter.moderation;

import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.MayMeet.Allowed;
import dev.livemeter.moderation.MayMeet.Banned;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The bans that are in force, by person, in memory. Reading takes no lock. Thread-safe. */
final class BanList {

    private static final Comparator<Ban> LONGEST_LAST =
            Comparator.comparing(Ban::until, Comparator.nullsLast(Comparator.<Instant>naturalOrder()));

    private final Map<PersonId, List<Ban>> byPerson = new ConcurrentHashMap<>();

    /** Takes a ban in as it is now: in force, lifted or over. */
    void put(Ban ban, Instant now) {
        byPerson.compute(ban.person(), (person, known) -> {
            var kept = new ArrayList<Ban>();
            for (var one : known == null ? List.<Ban>of() : known) {
                if (!one.id().equals(ban.id()) && one.isInForce(now)) {
                    kept.add(one);
                }
            }
            if (ban.isInForce(now)) {
                kept.add(ban);
            }
            return kept.isEmpty() ? null : List.copyOf(kept);
        });
    }

    /** What is in the way between somebody and a broadcaster, or nobody's place. */
    MayMeet between(PersonId person, @Nullable UserId broadcaster, Instant now) {
        return byPerson.getOrDefault(person, List.of()).stream()
                .filter(ban -> ban.isInForce(now) && ban.scope().covers(broadcaster))
                .max(LONGEST_LAST)
                .<MayMeet>map(ban -> new Banned(ban.id(), ban.reason(), ban.until(), ban.sentence()))
                .orElseGet(Allowed::new);
    }

    /** Forgets what is over. */
    void tidy(Instant now) {
        byPerson.forEach((person, bans) ->
                bans.stream().filter(ban -> !ban.isInForce(now)).forEach(over -> put(over, now)));
    }

    /** How many people are banned from somewhere. */
    int size() {
        return byPerson.size();
    }
}

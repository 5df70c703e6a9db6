package dev.livemeter.studio;

import dev.livemeter.http.Caller;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.IdSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * People without an account: each has a name for this visit, and a user id that nobody else ever had. To Livemeter they are viewers without a wallet, so what is free is open to them, and what costs says that they have no money. Bounded; thread-safe.
 */
final class StudioGuests {

    private static final String PREFIX = "guest-";
    private static final int MOST = 1_000;
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{Nd}](?:[ .'-]?[\\p{L}\\p{Nd}]){1,29}");

    private final IdSource ids = IdSource.random();
    private final Map<UserId, String> names = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UserId, String> eldest) {
            return size() > MOST;
        }
    };

    /**
     * A guest of that name.
     *
     * @return empty where the name does not fit: 2 to 30 letters and digits, with single ones of space {@code . ' -} between them
     */
    synchronized Optional<Caller> take(String name) {
        if (name.length() > 30 || !NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        var guest = Caller.viewer(PREFIX + ids.next());
        names.put(guest.user(), name);
        return Optional.of(guest);
    }

    /** Whether that is a guest, of now or of before. No person of the studio is called so. */
    static boolean isGuest(UserId user) {
        return user.value().startsWith(PREFIX);
    }

    /** How a user is called in chats. A guest is named as one, so that nobody is taken for a person of the studio. */
    synchronized String nameOf(UserId user) {
        return isGuest(user) ? names.getOrDefault(user, "somebody") + " (guest)" : user.value();
    }
}

package dev.livemeter.platforms.facebook;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.secret.Secret;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one person allowed, as it is kept beside each account that came of it: Facebook gives no refresh tokens, but a page's token can be had again for the token of the person who manages it.
 *
 * @param isPage else it is the person's own profile
 * @param id of the page or the person
 * @param person the person's token, which lasts some 60 days
 */
record Permit(boolean isPage, String id, Secret person) {

    private static final String PAGE = "page";
    private static final String PROFILE = "profile";

    /** As it is kept in the place of a refresh token. */
    Secret asRefresh() {
        return Secret.of((isPage ? PAGE : PROFILE) + " " + id + " " + person.reveal());
    }

    static Optional<Permit> of(AccountTokens tokens) {
        return read(tokens.refresh());
    }

    private static Optional<Permit> read(@Nullable Secret refresh) {
        var parts = refresh == null ? new String[0] : refresh.reveal().split(" ", -1);
        return parts.length == 3 && (parts[0].equals(PAGE) || parts[0].equals(PROFILE)) && Graph.isId(parts[1])
                ? Optional.of(new Permit(parts[0].equals(PAGE), parts[1], Secret.of(parts[2])))
                : Optional.empty();
    }
}

package dev.livemeter.http;

import dev.livemeter.identity.UserId;
import dev.livemeter.web.WebRequest;
import java.util.Map;

/**
 * A request that was let through.
 *
 * @param user whose things it is about: the caller, or whom an administrator named
 * @param captured the parts of the path that the route left open, by name
 */
record Call(WebRequest request, Caller caller, UserId user, Map<String, String> captured) {

    /** As the core names people. */
    String userName() {
        return user.value();
    }

    /** The part of the path of that name. */
    String captured(String name) {
        return captured.getOrDefault(name, "");
    }

    /** How long a reason can be, so that there is room for who gave it. */
    static final int LONGEST_REASON = 120;

    /**
     * Lets administrators pass.
     *
     * @throws ProblemException 403 for everybody else
     */
    void requireAdministrator() {
        if (!caller.isAdministrator()) {
            throw new ProblemException(403, "auth.role", "Only administrators may ask for this.");
        }
    }

    /** A reason with the name of who gives it, for the books. */
    String signed(String reason) {
        return reason + " (by " + caller.user() + ")";
    }

    Fields fields(String... known) {
        return Fields.of(request.body(), known);
    }
}

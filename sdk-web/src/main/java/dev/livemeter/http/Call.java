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

    Fields fields(String... known) {
        return Fields.of(request.body(), known);
    }
}

package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.chat.ChatPerson;
import dev.livemeter.web.WebRequest;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who comes to chat: whom the host's authenticator knows, or a guest with a pass. */
final class ChatVisitors {

    /** What a socket's client offers as a protocol besides, followed by the pass: a browser can send no header of its own there. */
    private static final String OFFERED_PASS = "guest.";

    private static final String SCHEME = "Guest ";

    private final Livemeter live;
    private final @Nullable Authenticator authenticator;
    private final RateLimiter limiter;

    ChatVisitors(Livemeter live, @Nullable Authenticator authenticator, RateLimiter limiter) {
        this.live = live;
        this.authenticator = authenticator;
        this.limiter = limiter;
    }

    /**
     * Who makes a request; takes from what they may ask.
     *
     * @throws ProblemException 401 for nobody, 429
     */
    ChatPerson of(WebRequest request) {
        var known = known(request);
        if (known.isEmpty()) {
            limiter.take("address " + request.remoteAddress());
            throw new ProblemException(Problem.of(
                            401,
                            "auth.required",
                            "Nobody is signed in, and there is no pass of a guest that is still good; sign in, or ask for a pass.")
                    .with("WWW-Authenticate", "Livemeter"));
        }
        take(known.get());
        return known.get();
    }

    /** Takes one from what somebody may ask; 429. */
    void take(ChatPerson person) {
        limiter.take(person.id()
                .user()
                .map(user -> "user " + user)
                .orElse(person.id().notation()));
    }

    private Optional<ChatPerson> known(WebRequest request) {
        var caller = authenticator == null ? Optional.<Caller>empty() : authenticator.authenticate(request);
        return caller.map(ChatVisitors::person)
                .or(() -> Stream.concat(
                                header(request, "authorization")
                                        .filter(value -> value.startsWith(SCHEME))
                                        .map(value ->
                                                value.substring(SCHEME.length()).strip()),
                                header(request, "sec-websocket-protocol")
                                        .flatMap(value -> Arrays.stream(value.split(",", -1)))
                                        .map(String::strip)
                                        .filter(offered -> offered.startsWith(OFFERED_PASS))
                                        .map(offered -> offered.substring(OFFERED_PASS.length())))
                        .map(pass -> live.chat().guests().read(pass))
                        .flatMap(Optional::stream)
                        .findFirst());
    }

    private static Stream<String> header(WebRequest request, String name) {
        return request.headers().getOrDefault(name, java.util.List.of()).stream();
    }

    private static ChatPerson person(Caller caller) {
        return caller.isAdministrator() ? ChatPerson.administrator(caller.user()) : ChatPerson.user(caller.user());
    }
}

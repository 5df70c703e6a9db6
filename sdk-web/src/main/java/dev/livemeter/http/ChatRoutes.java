package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.chat.ChatPerson;
import dev.livemeter.time.TimeSource;
import dev.livemeter.turn.IceServer;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/**
 * {@code /chat} and {@code /ice}: what people may ask who have no role, and guests. Whoever is let in may write here as far as the chat lets them, which for all other addresses takes a role.
 */
final class ChatRoutes implements AutoCloseable {

    /** Polls that wait on a mount that cannot wait without a thread. */
    private static final int MOST_BLOCKED = 64;

    private static final int DEFAULT_LIMIT = 200;
    private static final int MOST = 500;

    private final Livemeter live;
    private final ChatVisitors visitors;
    private final RateLimiter limiter;
    private final ChatPolls polls;
    private final Routes routes;
    private final Semaphore blocked = new Semaphore(MOST_BLOCKED);

    ChatRoutes(Livemeter live, ChatVisitors visitors, RateLimiter limiter, TimeSource time) {
        this.live = live;
        this.visitors = visitors;
        this.limiter = limiter;
        this.polls = new ChatPolls(live.chat(), time);
        // Matched here, answered below: not all answers are there at once.
        Endpoint elsewhere = call -> WebResponse.empty(500);
        this.routes = new Routes()
                .on("GET", "/ice", elsewhere)
                .on("POST", "/chat/guests", elsewhere)
                .on("GET", "/chat/{kind}/{id}/socket", elsewhere)
                .on("GET", "/chat/{kind}/{id}/messages", elsewhere)
                .on("POST", "/chat/{kind}/{id}/messages", elsewhere)
                .on("DELETE", "/chat/{kind}/{id}/messages/{message}", elsewhere);
    }

    static boolean isMeant(WebRequest request) {
        return request.path().equals("/ice") || request.path().startsWith("/chat/");
    }

    /** The answer, for a mount that waits with a thread; where too many wait already, at once. */
    WebResponse answerNow(WebRequest request) {
        var mayWait = blocked.tryAcquire();
        try {
            return answer(request, mayWait).toCompletableFuture().join();
        } finally {
            if (mayWait) {
                blocked.release();
            }
        }
    }

    /** The answer, as soon as there is one. */
    CompletionStage<WebResponse> answer(WebRequest request) {
        return answer(request, true);
    }

    private CompletionStage<WebResponse> answer(WebRequest request, boolean mayWait) {
        var captured = routes.find(request.method(), request.path()).captured();
        if (WriteGuard.isWrite(request)) {
            LivemeterApi.checkBody(request);
            WriteGuard.check(request);
        }
        if (request.path().equals("/chat/guests")) {
            limiter.take("address " + request.remoteAddress());
            return done(issue(request));
        }
        var person = visitors.of(request);
        if (request.path().equals("/ice")) {
            return done(ice(person));
        }
        if (request.path().endsWith("/socket")) {
            throw new ProblemException(
                    Problem.of(426, "chat.upgrade", "This address is for WebSocket; ask for the messages to poll.")
                            .with("Upgrade", "websocket"));
        }
        return switch (request.method()) {
            case "POST" -> done(post(request, person, captured));
            case "DELETE" -> done(delete(person, captured));
            default -> list(request, person, captured, mayWait);
        };
    }

    private static CompletionStage<WebResponse> done(WebResponse answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private CompletionStage<WebResponse> list(
            WebRequest request, ChatPerson person, Map<String, String> captured, boolean mayWait) {
        var wait = Parameters.number(request, "wait", 0, 0, Waits.LONGEST_SECONDS);
        return polls.answer(new ChatPolls.Question(
                channel(captured),
                person,
                Parameters.number(request, "after", 0, 0, Long.MAX_VALUE),
                (int) Parameters.number(request, "limit", DEFAULT_LIMIT, 1, MOST),
                mayWait ? Duration.ofSeconds(wait) : Duration.ZERO));
    }

    private WebResponse post(WebRequest request, ChatPerson person, Map<String, String> captured) {
        var fields = Fields.of(request.body(), "id", "text");
        return live.chat()
                .post(channel(captured), person, fields.requiredText("id"), fields.requiredText("text"))
                .fold(
                        posting -> Wire.answer(
                                posting.isRepeat() ? 200 : 201,
                                Wire.object().add("message", ChatView.entry(posting.message()))),
                        declined -> {
                            throw ChatView.problem(declined);
                        });
    }

    private WebResponse delete(ChatPerson person, Map<String, String> captured) {
        return live.chat()
                .delete(channel(captured), person, number(captured.getOrDefault("message", "")))
                .fold(deletion -> WebResponse.empty(204), declined -> {
                    throw ChatView.problem(declined);
                });
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            throw new ProblemException(404, "chat.unknown_message", "There is no such message in this chat.");
        }
    }

    private static dev.livemeter.chat.ChatChannel channel(Map<String, String> captured) {
        return ChatView.channel(captured.getOrDefault("kind", ""), captured.getOrDefault("id", ""));
    }

    private WebResponse issue(WebRequest request) {
        return live.chat()
                .guests()
                .issue(Fields.of(request.body(), "name").requiredText("name"))
                .fold(
                        pass -> Wire.answer(
                                201,
                                Wire.object()
                                        .add(
                                                "guest",
                                                ChatView.person(pass.guest().id())
                                                        .add(
                                                                "name",
                                                                pass.guest().name()))
                                        .add("pass", pass.token().reveal())
                                        .add("expiresAt", Wire.instant(pass.expiresAt()))),
                        declined -> {
                            throw ChatView.problem(declined);
                        });
    }

    private WebResponse ice(ChatPerson person) {
        var banned = live.moderation().objectionTo(person.id(), null);
        if (banned.isPresent()) {
            throw new ProblemException(403, "auth.banned", banned.get());
        }
        var found = live.ice().serversFor(person.id());
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "iceServers",
                                Wire.array(found.servers().stream()
                                        .map(ChatRoutes::view)
                                        .toList()))
                        .add("validFor", Wire.seconds(found.validFor()))
                        .add("expiresAt", Wire.instant(found.expiresAt())));
    }

    /** As a browser takes it: a field that is null would be taken for the word. */
    private static JsonObject view(IceServer server) {
        var view = Wire.object()
                .add(
                        "urls",
                        Wire.array(server.urls().stream()
                                .map(url -> Wire.JSON.createValue(url.value()))
                                .toList()));
        var username = server.username();
        var credential = server.credential();
        if (username != null && credential != null) {
            view.add("username", username).add("credential", credential.reveal());
        }
        return view.build();
    }

    /** Answers all that wait. Idempotent. */
    @Override
    public void close() {
        polls.close();
    }
}

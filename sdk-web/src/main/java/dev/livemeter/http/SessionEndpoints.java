package dev.livemeter.http;

import dev.livemeter.LivemeterException;
import dev.livemeter.broadcast.Broadcasts;
import dev.livemeter.http.SessionView.Past;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.Sessions;
import dev.livemeter.thumbnail.Thumbnails;
import dev.livemeter.web.WebResponse;
import java.util.List;
import java.util.Optional;

/** {@code /sessions}: what ran, and a way to stop what runs. */
final class SessionEndpoints {

    private static final int DEFAULT_LIMIT = 20;
    private static final int MOST = 200;
    private static final int LONGEST_REASON = 200;

    private final Sessions sessions;
    private final Broadcasts broadcasts;
    private final Thumbnails thumbnails;
    private final SessionView view;

    SessionEndpoints(Sessions sessions, Broadcasts broadcasts, Thumbnails thumbnails, SessionView view) {
        this.thumbnails = thumbnails;
        this.broadcasts = broadcasts;
        this.sessions = sessions;
        this.view = view;
    }

    WebResponse list(Call call) {
        var limit = (int) Parameters.number(call.request(), "limit", DEFAULT_LIMIT, 1, MOST);
        var before = call.request().parameter("before").map(id -> find(call, id).id());
        // One more than is shown tells whether there is a next page.
        var found = before.map(id -> sessions.history(call.userName(), limit + 1, id))
                .orElseGet(() -> sessions.history(call.userName(), limit + 1));
        var page = found.subList(0, Math.min(limit, found.size()));
        var ids = page.stream().map(Session::id).toList();
        var deliveries = sessions.deliveries(ids);
        var shown = broadcasts.of(ids);
        var stories = broadcasts.stories(ids);
        var pictures = thumbnails.notes(ids);
        var next = found.size() > limit ? page.get(limit - 1).id().value() : null;
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "sessions",
                                Wire.array(page.stream()
                                        .map(session -> view.stored(
                                                session,
                                                new Past(
                                                        deliveries.getOrDefault(session.id(), List.of()),
                                                        shown.getOrDefault(session.id(), List.of()),
                                                        stories.get(session.id()),
                                                        pictures.get(session.id()))))
                                        .toList()))
                        .add("next", Wire.text(next)));
    }

    WebResponse show(Call call) {
        var session = find(call, call.captured("id"));
        var running = sessions.running(call.userName()).stream()
                .filter(status -> status.session().id().equals(session.id()))
                .findFirst();
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "session",
                                running.map(view::running).orElseGet(() -> view.stored(session, past(session.id())))));
    }

    private Past past(SessionId id) {
        return new Past(
                sessions.deliveries(id),
                broadcasts.of(id),
                broadcasts.story(id).orElse(null),
                thumbnails.notes(List.of(id)).get(id));
    }

    WebResponse broadcasts(Call call) {
        var session = find(call, call.captured("id"));
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "broadcasts",
                                Wire.array(broadcasts.of(session.id()).stream()
                                        .map(view::shown)
                                        .toList())));
    }

    WebResponse stop(Call call) {
        var reason = reason(call.fields("reason"));
        var session = find(call, call.captured("id"));
        var by = call.caller().user().equals(call.user()) ? "the user" : "an administrator";
        if (!sessions.stop(session.id(), by, reason)) {
            throw new ProblemException(
                    409, "session.not_running", "The session " + session.id() + " is over; there is nothing to stop.");
        }
        return Wire.answer(202, Wire.object().add("id", session.id().value()).add("stopping", true));
    }

    private static String reason(Fields fields) {
        var reason = fields.text("reason").orElse("").strip();
        if (reason.length() > LONGEST_REASON || reason.chars().anyMatch(Character::isISOControl)) {
            throw Fields.unfit(
                    "reason",
                    "The reason has " + reason.length() + " characters; expected at most " + LONGEST_REASON
                            + " without control characters.");
        }
        return reason;
    }

    /** A session of that user; what belongs to others is as unknown as what does not exist. */
    Session find(Call call, String id) {
        return parse(id)
                .flatMap(sessions::find)
                .filter(session -> session.payer().equals(call.user()))
                .orElseThrow(
                        () -> new ProblemException(404, "session.unknown", "There is no such session of that user."));
    }

    private static Optional<SessionId> parse(String id) {
        try {
            return Optional.of(new SessionId(id));
        } catch (LivemeterException malformed) {
            return Optional.empty();
        }
    }
}

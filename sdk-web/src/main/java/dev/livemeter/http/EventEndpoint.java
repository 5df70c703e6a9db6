package dev.livemeter.http;

import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;

/** {@code GET /events}: what happened since one asked last. */
final class EventEndpoint {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MOST = 500;

    private final EventFeed feed;

    EventEndpoint(EventFeed feed) {
        this.feed = feed;
    }

    WebResponse list(Call call) {
        var after = Parameters.number(call.request(), "after", 0, 0, Long.MAX_VALUE);
        var limit = (int) Parameters.number(call.request(), "limit", DEFAULT_LIMIT, 1, MOST);
        var routine = Parameters.truth(call.request(), "routine", true);
        var page = feed.after(call.user(), after, limit, routine);
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "events",
                                Wire.array(page.entries().stream()
                                        .map(EventEndpoint::view)
                                        .toList()))
                        .add("next", page.next())
                        .add("missed", page.missed()));
    }

    private static JsonObject view(EventFeed.Entry entry) {
        var event = entry.event();
        var session = event.session();
        return Wire.object()
                .add("cursor", entry.cursor())
                .add("at", Wire.instant(event.at()))
                .add("code", event.code())
                .add("sentence", event.sentence())
                .add("routine", entry.isRoutine())
                .add("session", Wire.text(session == null ? null : session.value()))
                .build();
    }
}

package dev.livemeter.http;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.Streams;
import dev.livemeter.web.WebResponse;
import java.util.Objects;

/** {@code /sessions/{id}/destinations/{destination}}: one destination of a stream that runs. What is ordered follows; watch the status. */
final class OnAirEndpoints {

    private final Streams streams;
    private final SessionEndpoints sessions;

    OnAirEndpoints(Streams streams, SessionEndpoints sessions) {
        this.streams = streams;
        this.sessions = sessions;
    }

    WebResponse retry(Call call) {
        return order(call, streams::retryNow);
    }

    WebResponse stop(Call call) {
        return order(call, streams::stop);
    }

    WebResponse start(Call call) {
        return order(call, streams::start);
    }

    @FunctionalInterface
    private interface Order {
        void give(SessionId session, DestinationId destination);
    }

    private WebResponse order(Call call, Order order) {
        var session = sessions.find(call, call.captured("id")).id();
        var destination = new DestinationId(call.captured("destination"));
        try {
            order.give(session, destination);
        } catch (LivemeterException e) {
            throw refusal(e);
        }
        return Wire.answer(202, Wire.object().add("id", session.value()).add("destination", destination.value()));
    }

    private static RuntimeException refusal(LivemeterException e) {
        var sentence = Objects.requireNonNullElse(e.getMessage(), "It cannot be done as it is.");
        return switch (e.code()) {
            case "destination.not_on_air" -> new ProblemException(404, e.code(), sentence);
            case "session.not_running", "rating.too_many_steps" -> new ProblemException(409, e.code(), sentence);
            default -> e;
        };
    }
}

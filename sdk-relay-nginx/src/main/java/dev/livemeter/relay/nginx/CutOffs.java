package dev.livemeter.relay.nginx;

import dev.livemeter.session.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Orders to drop publishers, which are repeated, as one can get lost. Thread-safe; returns without waiting. */
final class CutOffs {

    /** When an order is repeated, until the end is reported. Later the next heartbeat is denied anyway. */
    private static final List<Duration> AGAIN = List.of(
            Duration.ofMillis(100),
            Duration.ofMillis(300),
            Duration.ofMillis(600),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2));

    private final PushLane.Surroundings around;
    private final String application;

    CutOffs(PushLane.Surroundings around, String application) {
        this.around = around;
        this.application = application;
    }

    void once(SessionId session) {
        around.cutter().cut(application, session.value());
    }

    void until(BooleanSupplier over, SessionId session) {
        until(over, session, 0);
    }

    private void until(BooleanSupplier over, SessionId session, int attempt) {
        if (over.getAsBoolean()) {
            return;
        }
        once(session);
        if (attempt < AGAIN.size()) {
            around.scheduler().after(AGAIN.get(attempt), () -> until(over, session, attempt + 1));
        }
    }

    /** Whatever is reported meanwhile, for who may be there although its end was reported. */
    void persistently(SessionId session) {
        once(session);
        AGAIN.forEach(wait -> around.scheduler().after(wait, () -> once(session)));
    }
}

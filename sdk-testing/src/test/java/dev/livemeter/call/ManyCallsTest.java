package dev.livemeter.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.peer.PeerId;
import dev.livemeter.session.SessionId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** More calls than are read at once. */
final class ManyCallsTest {

    private static final int MANY = 1_001;

    @Test
    void aCallThatNobodyRunsEndsHoweverManyOlderOnesGoOnElsewhere() {
        try (var stage = new CallStage()) {
            stage.pay("alice", "20.00");
            var id = stage.talks();
            var talks = stage.stored(id);
            var store = stage.books.calls().orElseThrow();
            for (var number = 0; number < MANY; number++) {
                store.insert(like(talks, number, CallState.LIVE, talks.session()));
            }
            var forgotten = like(talks, MANY, CallState.RINGING, null);
            store.insert(forgotten);
            // An invitation is waited for as long as it rings, and is looked for every 30 seconds.
            stage.passes(id, 110, "alice", "bob");

            var ended = store.find(forgotten.id()).orElseThrow();
            assertThat(Objects.requireNonNull(ended.end()).cause()).isEqualTo(CallEnd.Cause.LOST);
            assertThat(store.find(new CallId("call-00000")).orElseThrow().state())
                    .isEqualTo(CallState.LIVE);
        }
    }

    private static Call like(Call call, int number, CallState state, @Nullable SessionId session) {
        return new Call(
                new CallId("call-%05d".formatted(number)),
                call.caller(),
                call.callee(),
                PeerId.of("elsewhere-1"),
                session == null ? null : PeerId.of("elsewhere-2"),
                state,
                call.tariffVersion(),
                call.share(),
                call.agreed(),
                call.invitedAt(),
                session == null ? null : call.acceptedAt(),
                session == null ? null : call.liveAt(),
                null,
                session,
                null,
                call.talked(),
                call.cost(),
                call.earned());
    }
}

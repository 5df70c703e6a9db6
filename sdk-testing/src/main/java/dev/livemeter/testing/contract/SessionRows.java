package dev.livemeter.testing.contract;

import dev.livemeter.money.RatingBasis;
import dev.livemeter.session.Metering;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rows of sessions after something happened to them, for contracts that word settlements by hand. */
final class SessionRows {

    private SessionRows() {}

    /** The same row with what may change of it; its version and balance before stay. */
    static Session changed(
            Session before,
            SessionState state,
            Metering metering,
            @Nullable Instant liveAt,
            Instant seenAt,
            @Nullable Instant endedAt,
            @Nullable SessionEnd end) {
        return new Session(
                before.id(),
                before.terms(),
                state,
                before.openedAt(),
                liveAt,
                seenAt,
                endedAt,
                metering,
                before.balanceBefore(),
                null,
                end,
                before.node(),
                before.version());
    }

    /** The same figures after so much use, rated by that basis. */
    static Metering used(Metering before, RatingBasis basis, Duration used) {
        return new Metering(
                before.tariff(), basis, used, before.granted(), before.charged(), before.holds(), before.captures());
    }
}

package dev.livemeter.session;

import dev.livemeter.broadcast.BroadcastIssue.Severity;
import dev.livemeter.broadcast.BroadcastStatus;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.DestinationStatus.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Joins what the relay knows of a destination with what its platform says. While the relay does not get through, that is what people must know; once it does, the platform decides whether they are
 * live. Pure.
 */
final class JoinedStatus {

    private final DestinationStatus relay;
    private final BroadcastStatus platform;

    private JoinedStatus(DestinationStatus relay, BroadcastStatus platform) {
        this.relay = relay;
        this.platform = platform;
    }

    static DestinationStatus of(DestinationStatus relay, BroadcastStatus platform) {
        var both = new JoinedStatus(relay, platform);
        if (relay.state() != State.LIVE) {
            return both.as(relay.state(), relay.detail(), relay.since(), relay.lastError());
        }
        return switch (platform.phase()) {
            case PREPARING -> both.notYet();
            case LIVE -> both.live();
            case ENDED -> both.over();
        };
    }

    private DestinationStatus notYet() {
        var trouble = platform.trouble();
        if (trouble != null) {
            return as(
                    trouble.retryable() ? State.PREPARING : State.FAILED,
                    trouble.message(),
                    later(),
                    trouble.message());
        }
        var reason = platform.issues().stream()
                .filter(issue -> issue.severity() == Severity.ERROR)
                .findFirst()
                .map(issue -> issue.sentence())
                .orElse(relay.name() + " gets the stream and does not show it yet.");
        return as(State.PREPARING, reason, later(), relay.lastError());
    }

    private DestinationStatus live() {
        var trouble = platform.trouble();
        return trouble == null
                ? as(State.LIVE, relay.detail(), later(), relay.lastError())
                : as(
                        State.LIVE,
                        "How it fares on " + relay.name() + " is not known at the moment: " + trouble.message(),
                        later(),
                        trouble.message());
    }

    private DestinationStatus over() {
        var why = relay.name()
                + " says that the broadcast is over, while the stream still goes there. Try again for a new broadcast, or stop this destination.";
        return as(State.FAILED, why, later(), why);
    }

    private Instant later() {
        return platform.since().isAfter(relay.since()) ? platform.since() : relay.since();
    }

    private DestinationStatus as(State state, String detail, Instant since, @Nullable String error) {
        return new DestinationStatus(
                relay.id(),
                relay.platform(),
                relay.name(),
                state,
                relay.attempts(),
                detail,
                since,
                error,
                relay.nextRetryAt(),
                platform);
    }
}

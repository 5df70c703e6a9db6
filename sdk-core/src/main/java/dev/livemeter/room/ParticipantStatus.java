package dev.livemeter.room;

import dev.livemeter.money.Money;
import dev.livemeter.peer.PeerId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A viewer in a room, at this moment. While {@code counting}, a client may go on to count by its own clock.
 *
 * @param broadcasterPeer the client to connect with
 * @param full whether the real picture is to be shown; else a blurred or still one
 * @param used how long is charged so far; zero where it is free
 * @param balance what the viewer has left; null where it is free, and for others than the viewer
 * @param timeLeft how long that lasts, or the ticket; null where there is no end
 * @param topUpPage where the viewer is to be led to, now that the last of the money is in use or used up; null for others than the viewer, where it is free, and where the policy does not redirect
 */
public record ParticipantStatus(
        Participant participant,
        PeerId broadcasterPeer,
        Instant at,
        boolean full,
        boolean counting,
        Duration used,
        Money cost,
        @Nullable Money balance,
        @Nullable Duration timeLeft,
        boolean low,
        @Nullable URI topUpPage) {}

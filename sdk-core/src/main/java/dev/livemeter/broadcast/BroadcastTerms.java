package dev.livemeter.broadcast;

import dev.livemeter.account.AccountId;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import java.time.Instant;

/**
 * What is settled about a broadcast when it is opened, for good.
 *
 * @param platform the name of the provider that knows the platform
 * @param name what the destination was called
 * @param account whom it is shown for
 * @param openedAt when the platform was first asked
 */
public record BroadcastTerms(
        SessionId session,
        DestinationId destination,
        UserId owner,
        String platform,
        String name,
        AccountId account,
        Instant openedAt) {}

package dev.livemeter.account;

import dev.livemeter.identity.UserId;
import java.time.Instant;
import java.util.Set;

/**
 * Somebody's account on a platform, connected so that the application may act for them there.
 *
 * @param owner whose it is here
 * @param platform the name of the {@link dev.livemeter.spi.StreamProvider} that knows the platform
 * @param scopes what they allowed
 * @param detail a sentence for people where it does not work; else empty
 * @param connectedAt when they allowed it last
 */
public record PlatformAccount(
        AccountId id,
        UserId owner,
        String platform,
        PlatformIdentity identity,
        Set<String> scopes,
        State state,
        String detail,
        Instant connectedAt) {

    public PlatformAccount {
        scopes = Set.copyOf(scopes);
    }

    /** Whether it can be used. */
    public enum State {
        /** It works, as far as is known. */
        CONNECTED,
        /** The platform takes its tokens no more: its owner must connect it again. Until then nobody asks the platform. */
        NEEDS_AUTHORIZATION
    }
}

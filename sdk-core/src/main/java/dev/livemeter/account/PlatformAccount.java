package dev.livemeter.account;

import dev.livemeter.identity.UserId;
import java.time.Instant;
import java.util.Set;

/**
 * Somebody's account on a platform, connected so that the application may act for them there.
 *
 * @param owner whose it is here
 * @param platform the name of the {@link dev.livemeter.spi.StreamProvider} that knows the platform
 * @param scopes what they allowed, in the platform's words without blanks
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

    PlatformAccount connectedAgain(PlatformIdentity who, Set<String> allowed, Instant now) {
        return new PlatformAccount(id, owner, platform, who, allowed, State.CONNECTED, "", now);
    }

    PlatformAccount working(Set<String> allowed) {
        return new PlatformAccount(id, owner, platform, identity, allowed, State.CONNECTED, "", connectedAt);
    }

    PlatformAccount lost(String why) {
        return new PlatformAccount(id, owner, platform, identity, scopes, State.NEEDS_AUTHORIZATION, why, connectedAt);
    }

    /** Whether it can be used. */
    public enum State {
        /** It works, as far as is known. */
        CONNECTED,
        /** The platform takes its tokens no more: its owner must connect it again. Until then nobody asks the platform. */
        NEEDS_AUTHORIZATION
    }
}

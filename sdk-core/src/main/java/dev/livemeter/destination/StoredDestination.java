package dev.livemeter.destination;

import dev.livemeter.account.AccountId;
import dev.livemeter.identity.UserId;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A destination as it is kept: its key only as sealed text. It has a key or an account, one of the two.
 *
 * @param sealedKey what {@link dev.livemeter.spi.SecretCipher#seal} gave; null where there is an account
 * @param account of its owner, which may be gone meanwhile; null where there is a key
 * @param position its place in the owner's list, from 0
 */
public record StoredDestination(
        DestinationId id,
        UserId owner,
        String platform,
        String name,
        @Nullable URI server,
        @Nullable String sealedKey,
        @Nullable AccountId account,
        boolean enabled,
        int position) {

    /** The same at another place of the list. */
    public StoredDestination at(int place) {
        return new StoredDestination(id, owner, platform, name, server, sealedKey, account, enabled, place);
    }
}

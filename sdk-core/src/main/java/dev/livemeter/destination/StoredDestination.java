package dev.livemeter.destination;

import dev.livemeter.identity.UserId;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A destination as it is kept: its key only as sealed text.
 *
 * @param sealedKey what {@link dev.livemeter.spi.SecretCipher#seal} gave
 * @param position its place in the owner's list, from 0
 */
public record StoredDestination(
        DestinationId id,
        UserId owner,
        String platform,
        String name,
        @Nullable URI server,
        String sealedKey,
        boolean enabled,
        int position) {}

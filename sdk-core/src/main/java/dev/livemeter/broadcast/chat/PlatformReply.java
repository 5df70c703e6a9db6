package dev.livemeter.broadcast.chat;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.spi.CarriesChat;

/**
 * What became of something that was to be said on one platform.
 *
 * @param outcome what the platform made of it; what is too long for it is refused with {@code too_long} and never sent
 */
public record PlatformReply(DestinationId destination, String platform, CarriesChat.Saying outcome) {}

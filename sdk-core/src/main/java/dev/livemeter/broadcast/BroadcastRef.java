package dev.livemeter.broadcast;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A platform's broadcast, as its provider finds it again, in another process too. Holds no secret.
 *
 * @param id the platform's own, at most 128 characters
 * @param handle whatever else the provider needs, in a form of its own, at most 512 characters; may be empty
 * @param page where people watch it; null where the platform does not say
 */
public record BroadcastRef(
        String id, String handle, @Nullable URI page) {}

package dev.livemeter.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a platform did not do what it was asked.
 *
 * @param retryable whether a later try may do without anybody's help
 * @param retryAfter how long the platform wants to be left alone; null where it did not say
 * @param code the platform's own word for it, stable, such as {@code liveStreamingNotEnabled}, for programs and logs
 * @param message what is wrong and what to do, for people; without a secret
 */
public record PlatformTrouble(boolean retryable, @Nullable Duration retryAfter, String code, String message) {}

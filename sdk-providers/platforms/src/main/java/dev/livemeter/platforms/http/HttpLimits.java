package dev.livemeter.platforms.http;

import java.time.Duration;

/**
 * How patient the client is.
 *
 * @param connect to a connection, TLS included
 * @param request from the first byte sent to the last one received, of one attempt
 * @param total all attempts and the pauses between them; nothing waits longer
 * @param attempts at most, of a request that is repeatable; 1 for none but the first
 * @param firstPause the longest pause before the second attempt; it doubles with each
 * @param longestPause of those; a platform that asks for more is obeyed
 * @param answerBytes the longest body that is read
 */
public record HttpLimits(
        Duration connect,
        Duration request,
        Duration total,
        int attempts,
        Duration firstPause,
        Duration longestPause,
        int answerBytes) {

    /** For calls that somebody waits for. */
    public static HttpLimits standard() {
        return new HttpLimits(
                Duration.ofSeconds(4),
                Duration.ofSeconds(10),
                Duration.ofSeconds(15),
                3,
                Duration.ofMillis(400),
                Duration.ofSeconds(4),
                1 << 20);
    }

    public HttpLimits within(Duration request, Duration total) {
        return new HttpLimits(connect, request, total, attempts, firstPause, longestPause, answerBytes);
    }

    /** The longest pause before attempt {@code next}, counted from 2. */
    Duration pauseBefore(int next) {
        var factor = 1L << Math.min(Math.max(next - 2, 0), 20);
        var grown = firstPause.multipliedBy(factor);
        return grown.compareTo(longestPause) < 0 ? grown : longestPause;
    }
}

package dev.livemeter.platforms.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The header {@code Retry-After} (RFC 9110, section 10.2.3), in seconds or as a date. What cannot be read, or is longer than a day, is as good as absent. */
final class RetryAfter {

    private static final Duration LONGEST = Duration.ofDays(1);

    private RetryAfter() {}

    static Optional<Duration> read(Reply reply, Instant now) {
        return reply.header("Retry-After")
                .flatMap(text -> parse(text.strip(), now))
                .filter(RetryAfter::credible);
    }

    private static Optional<Duration> parse(String text, Instant now) {
        try {
            if (text.matches("[0-9]{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
            }
            var until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            var span = Duration.between(now, until);
            return Optional.of(span.isNegative() ? Duration.ZERO : span);
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }

    private static boolean credible(Duration span) {
        return span.compareTo(LONGEST) <= 0;
    }
}

package dev.livemeter.http;

import dev.livemeter.web.WebRequest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A part of a file, as a request asks for it in the header {@code Range} (RFC 9110, section 14). One part at a time: who asks for several gets the whole, as the RFC allows.
 *
 * @param from the first byte, from 0
 * @param count how many
 */
record ByteRange(long from, long count) {

    private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /** What a request asks for. */
    sealed interface Wish {

        /** All of it: nothing else was asked for, or not in a way that is understood. */
        record Whole() implements Wish {}

        /** That part. */
        record Part(ByteRange range) implements Wish {}

        /** A part that is not there. */
        record Nowhere() implements Wish {}
    }

    /**
     * Reads it.
     *
     * @param tag of the file as it is; another one in {@code If-Range} makes the wish void
     * @param size of the file
     */
    static Wish of(WebRequest request, String tag, long size) {
        var unchanged = request.header("if-range").map(tag::equals).orElse(true);
        var match = ONE.matcher(request.header("range").orElse("").strip());
        if (!unchanged
                || !match.matches()
                || (match.group(1).isEmpty() && match.group(2).isEmpty())) {
            return new Wish.Whole();
        }
        var first = number(match.group(1));
        var last = number(match.group(2));
        if (first.isPresent() && last.isPresent() && last.get() < first.get()) {
            return new Wish.Whole();
        }
        var from = first.orElseGet(() -> Math.max(0, size - last.orElse(0L)));
        if (from >= size) {
            return new Wish.Nowhere();
        }
        var end = first.isPresent() ? Math.min(size - 1, last.orElse(size - 1)) : size - 1;
        return new Wish.Part(new ByteRange(from, end - from + 1));
    }

    private static Optional<Long> number(String digits) {
        return digits.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(digits));
    }

    /** As {@code Content-Range} says it. */
    String of(long size) {
        return "bytes " + from + "-" + (from + count - 1) + "/" + size;
    }
}

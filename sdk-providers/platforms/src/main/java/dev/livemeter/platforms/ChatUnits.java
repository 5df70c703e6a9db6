package dev.livemeter.platforms;

import dev.livemeter.platforms.http.QuotaLedger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** What the chats of one application may take of YouTube's units. All that poll share it, and broadcasts can still be opened. Thread-safe. */
final class ChatUnits {

    /** A page of a chat. */
    static final String LIST = "liveChatMessages.list";

    /** A push of a chat: as much as a page, however long it lasts. */
    static final String STREAM = YouTubeSettings.CHAT_STREAM;

    /** What is left of a day's units is made to last so long. */
    private static final Duration UNITS_LAST = Duration.ofHours(4);

    private static final Duration SELDOMMEST = Duration.ofMinutes(5);

    /** Of the units that are left, chats plan with one in so many; the others are for broadcasts. */
    private static final long SHARE = 2;

    /** Three broadcasts can always be opened: chats take nothing of that. */
    private static final List<String> KEPT = Stream.generate(
                    () -> List.of("liveStreams.insert", "liveBroadcasts.insert", "liveBroadcasts.bind"))
            .limit(3)
            .flatMap(List::stream)
            .toList();

    private final QuotaLedger quota;
    private final AtomicInteger polling = new AtomicInteger();

    ChatUnits(QuotaLedger quota) {
        this.quota = quota;
    }

    /** A chat begins to poll. */
    void begin() {
        polling.incrementAndGet();
    }

    /** It does so no more. */
    void end() {
        polling.decrementAndGet();
    }

    /** Whether a chat may take that much. */
    boolean affords(String operation) {
        return quota.affords(Stream.concat(KEPT.stream(), Stream.of(operation)).toList());
    }

    /** How long to wait before the next page: as long as YouTube asks, and longer where the units of the day would not last for all that poll. */
    Duration pause(Duration asked) {
        if (!quota.limited()) {
            return asked;
        }
        var left = quota.leftForRoutine() / SHARE;
        var pages = Math.max(1, left / Math.max(1, quota.price(LIST)) / Math.max(1, polling.get()));
        var even = UNITS_LAST.dividedBy(pages);
        var slow = even.compareTo(SELDOMMEST) < 0 ? even : SELDOMMEST;
        return asked.compareTo(slow) < 0 ? slow : asked;
    }
}

package dev.livemeter.platforms;

import dev.livemeter.broadcast.BroadcastRef;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is remembered of a stream on a platform that has no broadcasts of its own: a channel is live as long as something is pushed to it.
 *
 * @param broadcaster whose channel
 * @param opened when we made ready; what began before is another stream
 * @param categoryMissing whether the platform did not know the category
 */
record ChannelShow(String broadcaster, Instant opened, boolean categoryMissing) {

    private static final Pattern HANDLE = Pattern.compile("opened=([0-9]{1,12})(;category=missing)?");

    BroadcastRef ref(URI page) {
        return new BroadcastRef(
                broadcaster, "opened=" + opened.getEpochSecond() + (categoryMissing ? ";category=missing" : ""), page);
    }

    static Optional<ChannelShow> of(BroadcastRef ref) {
        var match = HANDLE.matcher(ref.handle());
        return match.matches()
                ? Optional.of(new ChannelShow(
                        ref.id(), Instant.ofEpochSecond(Long.parseLong(match.group(1))), match.group(2) != null))
                : Optional.empty();
    }
}

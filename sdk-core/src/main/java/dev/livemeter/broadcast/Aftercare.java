package dev.livemeter.broadcast;

import dev.livemeter.event.LiveEvent.BroadcastChanged.Stage;
import dev.livemeter.spi.HostsBroadcasts.Ending;
import dev.livemeter.spi.KeepsVideos.VideoLook;
import dev.livemeter.spi.PlatformTrouble;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is left to do once a stream does not go to a platform any more: has the broadcast ended there, and finds its video. Both are tried for a day, ever more seldom. Before each attempt
 * the row is moved on, so that of several nodes one makes it. Thread-safe; blocks on store and platform.
 */
final class Aftercare {

    private static final Duration FOR = Duration.ofDays(1);

    /** An attempt that was not heard of again after that time has died with its process. */
    private static final Duration ATTEMPT = Duration.ofMinutes(1);

    /** Nobody can be asked for an account that was disconnected, today or later. */
    private static final String NO_ACCOUNT = "account.unknown";

    private final BroadcastParts parts;
    private final BroadcastDesk desk;
    private final Platforms platforms;
    private final Distances endings;
    private final Distances videos;

    Aftercare(BroadcastParts parts, BroadcastDesk desk, Platforms platforms) {
        this.parts = parts;
        this.desk = desk;
        this.platforms = platforms;
        this.endings = new Distances(Duration.ofSeconds(10), Duration.ofHours(1), parts.random());
        this.videos = new Distances(parts.policy().videoAfter(), Duration.ofHours(4), parts.random());
    }

    /** Does what is due of a broadcast that the stream does not go to. */
    void attend(BroadcastRecord record) {
        var claimed = record.tried(desk.now().plus(ATTEMPT));
        if (!parts.store().update(claimed)) {
            // Another node does it.
            return;
        }
        if (claimed.state() == BroadcastState.ENDING) {
            end(claimed);
        } else {
            look(claimed);
        }
    }

    private void end(BroadcastRecord record) {
        var ref = record.ref();
        var ending = ref == null || goesOn(record, ref) ? new Ending.Ended() : platforms.end(record.terms(), ref);
        if (ending instanceof Ending.Ended) {
            ended(record, "");
            return;
        }
        var trouble = ((Ending.Failed) ending).trouble();
        if (isOver(record) || trouble.code().equals(NO_ACCOUNT)) {
            ended(record, "It may still be shown on " + name(record) + ": " + trouble.message());
        } else {
            again(record, trouble, endings);
        }
    }

    /** Whether another row is about the same broadcast, and the stream goes there; a platform gives the same one to who asks twice. */
    private boolean goesOn(BroadcastRecord record, BroadcastRef ref) {
        var session = record.terms().session();
        return parts.store().of(Set.of(session)).getOrDefault(session, List.of()).stream()
                .filter(row -> row.state().isOpen()
                        && !row.id().equals(record.id())
                        && row.terms().account().equals(record.terms().account()))
                .map(BroadcastRecord::ref)
                .anyMatch(other -> other != null && other.id().equals(ref.id()));
    }

    private void ended(BroadcastRecord record, String why) {
        var due = platforms.keepsVideos(record.terms().platform())
                ? desk.now().plus(parts.policy().videoAfter())
                : null;
        desk.move(record, known -> known.ended(why, due))
                .ifPresent(over -> desk.tell(over, Stage.ENDED, page(over), why));
    }

    private void look(BroadcastRecord record) {
        var ref = record.ref();
        var look = ref == null ? new VideoLook.None("It was never shown.") : platforms.video(record.terms(), ref);
        if (look instanceof VideoLook.Found found) {
            desk.move(record, known -> known.found(found.page()))
                    .ifPresent(known -> desk.tell(known, Stage.VIDEO_FOUND, found.page(), ""));
        } else if (look instanceof VideoLook.None none) {
            desk.move(record, known -> known.givenUp(none.why()));
        } else if (look instanceof VideoLook.Failed failed
                && failed.trouble().code().equals(NO_ACCOUNT)) {
            desk.move(
                    record,
                    known -> known.givenUp("Whether there is a video on " + name(record) + " is not known: "
                            + failed.trouble().message()));
        } else if (isOver(record)) {
            desk.move(record, known -> known.givenUp("No video was found on " + name(record) + " within a day."));
        } else {
            again(record, look instanceof VideoLook.Failed failed ? failed.trouble() : null, videos);
        }
    }

    private void again(BroadcastRecord record, @Nullable PlatformTrouble trouble, Distances distances) {
        var wait = distances.after(record.attempts(), trouble == null ? null : trouble.retryAfter());
        var next = desk.now().plus(wait);
        var last = endOf(record);
        var due = next.isAfter(last) ? last : next;
        desk.move(record, known -> known.inVain(trouble == null ? "" : trouble.message(), due));
    }

    private boolean isOver(BroadcastRecord record) {
        return !desk.now().isBefore(endOf(record));
    }

    private static Instant endOf(BroadcastRecord record) {
        return Objects.requireNonNullElse(record.endedAt(), record.terms().openedAt())
                .plus(FOR);
    }

    private String name(BroadcastRecord record) {
        return platforms.displayName(record.terms().platform());
    }

    private static @Nullable URI page(BroadcastRecord record) {
        var ref = record.ref();
        return ref == null ? null : ref.page();
    }
}

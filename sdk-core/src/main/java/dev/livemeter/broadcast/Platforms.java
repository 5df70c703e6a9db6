package dev.livemeter.broadcast;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.HostsBroadcasts.Ending;
import dev.livemeter.spi.HostsBroadcasts.Look;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.KeepsVideos.VideoLook;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.spi.StreamProvider;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks providers about broadcasts, each for the account that it is shown for. Whatever goes wrong is an answer. Thread-safe; blocks on the platform. */
final class Platforms {

    private static final Logger log = LoggerFactory.getLogger(Platforms.class);

    private final BroadcastParts parts;

    Platforms(BroadcastParts parts) {
        this.parts = parts;
    }

    private interface Question<T> {
        T ask(HostsBroadcasts host, AccountAccess access);
    }

    Opening open(BroadcastTerms terms, BroadcastPlan plan) {
        return answer(terms, (host, access) -> host.open(plan, access), Opening.Failed::new);
    }

    Look advance(BroadcastTerms terms, BroadcastRef broadcast) {
        return answer(terms, (host, access) -> host.advance(broadcast, access), Look.Failed::new);
    }

    Ending end(BroadcastTerms terms, BroadcastRef broadcast) {
        return answer(terms, (host, access) -> host.end(broadcast, access), Ending.Failed::new);
    }

    VideoLook video(BroadcastTerms terms, BroadcastRef broadcast) {
        return answer(
                terms,
                (host, access) -> host instanceof KeepsVideos keeper
                        ? keeper.video(broadcast, access)
                        : new VideoLook.None(displayName(terms.platform()) + " keeps no videos."),
                VideoLook.Failed::new);
    }

    boolean keepsVideos(String platform) {
        return parts.providers().get(platform) instanceof KeepsVideos;
    }

    /** How people know a platform; one that is not installed any more goes by its own name. */
    String displayName(String platform) {
        return Optional.ofNullable(parts.providers().get(platform))
                .map(StreamProvider::displayName)
                .orElse(platform);
    }

    private <T> T answer(BroadcastTerms terms, Question<T> question, Function<PlatformTrouble, T> failed) {
        if (!(parts.providers().get(terms.platform()) instanceof HostsBroadcasts host)) {
            return failed.apply(new PlatformTrouble(
                    false,
                    null,
                    "platform.not_installed",
                    "The platform " + terms.platform()
                            + " is not installed any more, or takes no connected accounts."));
        }
        try {
            return question.ask(host, parts.accounts().apply(terms.account()));
        } catch (LivemeterException e) {
            return failed.apply(new PlatformTrouble(
                    e.retryable(),
                    null,
                    e.code(),
                    Objects.requireNonNullElse(e.getMessage(), "The account cannot be used.")));
        } catch (RuntimeException e) {
            log.error("The provider {} failed for session {}.", terms.platform(), terms.session(), e);
            return failed.apply(new PlatformTrouble(
                    true, null, "provider.failed", displayName(terms.platform()) + " could not be asked."));
        }
    }
}

package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.PictureAuthority;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the pictures of {@link InMemoryRelay}. Thread-safe. */
final class InMemoryCamera {

    private static final Logger log = LoggerFactory.getLogger(InMemoryCamera.class);

    private volatile @Nullable PictureAuthority authority;

    void takeFor(PictureAuthority wanting) {
        authority = wanting;
    }

    /** As {@link InMemoryRelay#takePicture}. */
    boolean take(SessionId session, byte[] jpeg) {
        return watch(session, asked -> {
            if (jpeg.length > asked.mostBytes()) {
                asked.notTaken(
                        session, "There is no thumbnail, as it would have more than " + asked.mostBytes() + " bytes.");
            } else {
                asked.taken(session, jpeg);
            }
        });
    }

    /** As {@link InMemoryRelay#takeNoPicture}. */
    boolean takeNone(SessionId session, String why) {
        return watch(session, asked -> asked.notTaken(session, why));
    }

    private boolean watch(SessionId session, Consumer<PictureAuthority> found) {
        var asked = authority;
        try {
            var wanted = asked != null && asked.wants(session);
            if (asked != null && wanted) {
                found.accept(asked);
            }
            return wanted;
        } catch (LivemeterException e) {
            log.warn("The picture of session {} could not be kept: {}", session, e.getMessage());
            return false;
        }
    }
}

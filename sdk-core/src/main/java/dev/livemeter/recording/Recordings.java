package dev.livemeter.recording;

import dev.livemeter.LivemeterException;
import dev.livemeter.event.LiveEvent.SessionStarted;
import dev.livemeter.identity.UserId;
import dev.livemeter.recording.RecordingAccess.Granted;
import dev.livemeter.recording.RecordingAccess.Refused;
import dev.livemeter.recording.RecordingPolicy.Mode;
import dev.livemeter.recording.RecordingStart.Declined;
import dev.livemeter.recording.RecordingStart.Reason;
import dev.livemeter.session.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Recordings of streams: started and stopped while they run, listed, loaded by links that expire, deleted. Where the host asked for none, nothing is recorded, and
 * there is nothing to list. Thread-safe; everything can be repeated.
 */
public final class Recordings {

    private static final Duration SHORTEST_LINK = Duration.ofSeconds(1);
    private static final Duration LONGEST_LINK = Duration.ofDays(7);

    /** A stream that has just begun may be a moment behind in the relay. */
    private static final int ATTEMPTS = 3;

    private static final Duration NEXT_ATTEMPT = Duration.ofSeconds(1);

    private final @Nullable RecordingParts parts;
    private final @Nullable RecordingDesk desk;
    private final @Nullable RecordingKeeper keeper;

    private Recordings(@Nullable RecordingParts parts, @Nullable RecordingDesk desk, @Nullable RecordingKeeper keeper) {
        this.parts = parts;
        this.desk = desk;
        this.keeper = keeper;
    }

    /** None, now and ever. */
    public static Recordings none() {
        return new Recordings(null, null, null);
    }

    /**
     * Prepares a relay that is not open yet.
     *
     * @throws LivemeterException {@code relay.*} if the relay cannot record as it is set up
     */
    public static Recordings with(RecordingParts parts) {
        var desk = new RecordingDesk(parts);
        parts.relay().recordFor(desk);
        parts.events().subscribe(SessionStarted.class, started -> onStart(parts, desk, started));
        return new Recordings(parts, desk, new RecordingKeeper(parts, desk));
    }

    /** Begins to tidy up, after that time, when the relay has told what an earlier life left behind. For Livemeter itself. */
    public void begin(Duration relayKnowsWithin) {
        if (keeper != null) {
            keeper.beginAfter(relayKnowsWithin);
        }
    }

    /** Tidies up no more. What is being recorded ends with its stream. Idempotent. */
    public void end() {
        if (keeper != null) {
            keeper.close();
        }
    }

    private static void onStart(RecordingParts parts, RecordingDesk desk, SessionStarted started) {
        if (parts.policy().modeOf(started.user()) == Mode.AUTOMATIC) {
            parts.scheduler().after(Duration.ZERO, () -> startBySelf(parts, desk, started, 1));
        }
    }

    private static void startBySelf(RecordingParts parts, RecordingDesk desk, SessionStarted started, int attempt) {
        if (parts.meter().running().stream()
                .noneMatch(status -> status.session().id().equals(started.session()))) {
            return;
        }
        if (!(desk.start(started.session(), started.user()) instanceof Declined declined)) {
            return;
        }
        if (declined.reason() == Reason.UNAVAILABLE && attempt < ATTEMPTS) {
            parts.scheduler().after(NEXT_ATTEMPT, () -> startBySelf(parts, desk, started, attempt + 1));
        } else {
            RecordingKeeper.log.warn(
                    "Session {} is not recorded, though it should be: {}", started.session(), declined.message());
        }
    }

    /** Whether and how the streams of a user are recorded. */
    public Mode modeOf(String user) {
        return parts == null ? Mode.OFF : parts.policy().modeOf(UserId.of(user));
    }

    /**
     * Begins to record a stream that runs here, from its next keyframe on; returns the recording that it has where it is recorded already. Blocks on the relay for at most
     * some seconds. The stream goes on whatever the answer.
     *
     * <p>First match wins: NOT_RUNNING, OFF, started before, NO_ROOM, UNAVAILABLE, started.
     */
    public RecordingStart start(SessionId session) {
        if (parts == null || desk == null) {
            return new Declined(Reason.OFF, "Streams are not recorded here.");
        }
        var status = parts.meter().running().stream()
                .filter(one -> one.session().id().equals(session))
                .findFirst();
        if (status.isEmpty()) {
            return new Declined(Reason.NOT_RUNNING, "The session " + session + " does not run here.");
        }
        var owner = status.get().session().payer();
        return parts.policy().modeOf(owner) == Mode.OFF
                ? new Declined(Reason.OFF, "Recording is not part of what this user has.")
                : desk.start(session, owner);
    }

    /**
     * Orders the end of what a session has recorded now; the stream goes on. Returns before it has happened. Idempotent.
     *
     * @return what is being ended; empty where nothing is recorded
     */
    public Optional<Recording> stop(SessionId session) {
        return desk == null ? Optional.empty() : desk.stop(session);
    }

    /** What a session that runs here has recorded now, with its length and bytes so far. Looks at memory alone. */
    public Optional<Recording> running(SessionId session) {
        return desk == null ? Optional.empty() : desk.running(session);
    }

    /**
     * A user's recordings, the newest first.
     *
     * @param limit at most so many, 1 to 500
     */
    public List<Recording> of(String user, int limit) {
        return parts == null ? List.of() : parts.store().of(UserId.of(user), limit, null);
    }

    /** A user's recordings, older than that one, the newest first. */
    public List<Recording> of(String user, int limit, RecordingId before) {
        return parts == null ? List.of() : parts.store().of(UserId.of(user), limit, before);
    }

    /** One that is not deleted. */
    public Optional<Recording> find(RecordingId id) {
        return parts == null
                ? Optional.empty()
                : parts.store().find(id).filter(recording -> recording.state() != RecordingState.DELETED);
    }

    /**
     * Deletes one, whatever its state: its key first, so that nobody can read it from then on, and links to it are void, then its bytes. Idempotent.
     *
     * @return whether there was one
     */
    public boolean delete(RecordingId id) {
        if (desk == null || keeper == null) {
            return false;
        }
        // Whose state changes between look and order is looked at again.
        for (var found = find(id); found.isPresent(); found = find(id)) {
            if (desk.delete(found.get())) {
                keeper.purge();
                return true;
            }
        }
        return false;
    }

    /**
     * A link that lets whoever has it load the recording, without signing in, until it expires: after that time, or with the recording. Nothing is stored; to take it
     * back, delete the recording.
     *
     * @param validFor a second to seven days
     * @throws LivemeterException {@code recording.unknown}; {@code recording.not_ready}; {@code recording.malformed_span}; {@code secret.unreadable}
     */
    public RecordingLink link(RecordingId id, Duration validFor) {
        if (validFor.compareTo(SHORTEST_LINK) < 0 || validFor.compareTo(LONGEST_LINK) > 0) {
            throw new LivemeterException(
                    "recording.malformed_span",
                    "A link was to be good for " + validFor.toSeconds() + " seconds; expected 1 to "
                            + LONGEST_LINK.toSeconds() + ".");
        }
        var recording = find(id).orElseThrow(
                        () -> new LivemeterException("recording.unknown", "There is no recording " + id + "."));
        var sealed = recording.sealedKey();
        if (parts == null || sealed == null || recording.state() != RecordingState.READY) {
            throw new LivemeterException(
                    "recording.not_ready",
                    "The recording " + id + " cannot be loaded; its state is "
                            + recording.state().name().toLowerCase(java.util.Locale.ROOT) + ".");
        }
        var end = parts.time().instant().plus(validFor);
        var kept = recording.expiresAt();
        return RecordingLink.make(
                id, kept != null && kept.isBefore(end) ? kept : end, MediaKey.open(parts.cipher(), id, sealed));
    }

    /**
     * What a link leads to. The signature is compared in constant time, and before the time of the link is looked at.
     *
     * @throws LivemeterException {@code recording.altered} or {@code recording.missing} if the link is good and the file is not; {@code recording.vault}, with retryable set;
     *     {@code secret.unreadable}
     */
    public RecordingAccess open(String token) {
        var claim = RecordingLink.Claim.read(token).orElse(null);
        var recording = claim == null ? null : find(claim.id()).orElse(null);
        var sealed = recording == null ? null : recording.sealedKey();
        if (parts == null || claim == null || recording == null || sealed == null) {
            return unknown();
        }
        var key = MediaKey.open(parts.cipher(), recording.id(), sealed);
        if (!claim.isSignedBy(key)) {
            return unknown();
        }
        if (!parts.time().instant().isBefore(claim.expiresAt())) {
            return new Refused(RecordingAccess.Reason.EXPIRED, "The link has expired; ask for another one.");
        }
        var download = new RecordingDownload(recording, key, parts.vault());
        download.check();
        return new Granted(download);
    }

    private static Refused unknown() {
        return new Refused(RecordingAccess.Reason.UNKNOWN, "The link leads to nothing; ask for another one.");
    }
}

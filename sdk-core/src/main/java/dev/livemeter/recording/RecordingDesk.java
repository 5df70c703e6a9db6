package dev.livemeter.recording;

import dev.livemeter.LivemeterException;
import dev.livemeter.event.LiveEvent.RecordingChanged;
import dev.livemeter.identity.UserId;
import dev.livemeter.recording.RecordingStart.Declined;
import dev.livemeter.recording.RecordingStart.Reason;
import dev.livemeter.recording.RecordingStart.Started;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RecordingAuthority;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where recordings are begun, watched and put away. Every step is a row that moves from one state to the next, so of two that try only one succeeds, and a crash
 * leaves a state from which the next start goes on. Thread-safe.
 */
final class RecordingDesk implements RecordingAuthority {

    /** Told of a recording of which a crash left nothing; should its file turn up after all, it is taken. */
    static final String LOST = "The application or the relay died, and nothing was left of the recording.";

    private final RecordingParts parts;
    private final RecordingRoom room;
    private final SecureRandom random = new SecureRandom();
    private final Map<RecordingId, Growing> growing = new ConcurrentHashMap<>();
    private final Set<SessionId> starting = ConcurrentHashMap.newKeySet();
    private final Set<RecordingId> seen = ConcurrentHashMap.newKeySet();

    /** One that is being written here. */
    private record Growing(Recording recording, long bytes, Duration length) {

        Growing(Recording recording) {
            this(recording, 0, Duration.ZERO);
        }
    }

    RecordingDesk(RecordingParts parts) {
        this.parts = parts;
        this.room = new RecordingRoom(parts.policy(), parts.store(), parts.time());
    }

    /** Begins one, unless that session is recorded already. */
    RecordingStart start(SessionId session, UserId owner) {
        var present = running(session);
        if (present.isPresent()) {
            return new Started(present.get());
        }
        if (!starting.add(session)) {
            return new Declined(Reason.UNAVAILABLE, "The recording is just being started by somebody else.");
        }
        try {
            return stored(session)
                    .<RecordingStart>map(Started::new)
                    .or(() -> room.objectionTo(owner, bytesHere(owner), bytesHere(null))
                            .map(sentence -> new Declined(Reason.NO_ROOM, sentence)))
                    .orElseGet(() -> begin(session, owner));
        } finally {
            starting.remove(session);
        }
    }

    private RecordingStart begin(SessionId session, UserId owner) {
        var recording = Recording.begun(
                new RecordingId("rec-" + parts.ids().next()),
                session,
                owner,
                parts.time().instant());
        // The row first: a file without one belongs to nobody and would be deleted.
        parts.store().insert(recording);
        growing.put(recording.id(), new Growing(recording));
        seen.add(recording.id());
        var begun = false;
        try {
            begun = parts.relay().startRecording(session, recording.id());
        } finally {
            if (!begun) {
                growing.remove(recording.id());
                move(RecordingState.RECORDING, recording.failed("The relay could not begin to record.", expiry()));
            }
        }
        if (!begun) {
            return new Declined(
                    Reason.UNAVAILABLE, "The relay could not begin to record this stream; try again in a moment.");
        }
        tell(recording);
        return new Started(recording);
    }

    /** The one that a session has now, as far as it has grown. */
    Optional<Recording> running(SessionId session) {
        return growing.values().stream()
                .filter(one -> one.recording().session().equals(session))
                .findFirst()
                .map(one -> soFar(one));
    }

    private static Recording soFar(Growing one) {
        var begun = one.recording();
        return new Recording(
                begun.id(),
                begun.session(),
                begun.owner(),
                begun.state(),
                begun.detail(),
                begun.startedAt(),
                one.length(),
                one.bytes(),
                null,
                null);
    }

    private Optional<Recording> stored(SessionId session) {
        return parts.store().of(session).stream()
                .filter(recording -> recording.state() == RecordingState.RECORDING)
                .findFirst();
    }

    /** Orders the end of what a session has recorded now. */
    Optional<Recording> stop(SessionId session) {
        var present = running(session).or(() -> stored(session));
        present.ifPresent(recording -> parts.relay().stopRecording(session, recording.id()));
        return present;
    }

    /** Whether the relay has spoken of that one in this life, or it was begun in it. */
    boolean isSeen(RecordingId id) {
        return seen.contains(id);
    }

    @Override
    public Optional<SessionId> sessionOf(RecordingId id) {
        var found = parts.store().find(id).filter(RecordingDesk::isWanted);
        found.ifPresent(recording -> seen.add(recording.id()));
        return found.map(Recording::session);
    }

    private static boolean isWanted(Recording recording) {
        return switch (recording.state()) {
            case RECORDING, FINISHING -> true;
            case FAILED -> recording.detail().equals(LOST);
            case READY, DELETED -> false;
        };
    }

    @Override
    public Optional<String> objectionTo(RecordingId id, long bytes, Duration length) {
        var known = growing.get(id);
        if (known == null) {
            // Begun in an earlier life of the application, and going on.
            var found = parts.store().find(id).filter(row -> row.state() == RecordingState.RECORDING);
            if (found.isEmpty()) {
                return Optional.of("The recording was deleted.");
            }
            known = new Growing(found.get());
        }
        seen.add(id);
        var owner = known.recording().owner();
        growing.put(id, new Growing(known.recording(), bytes, length));
        if (length.compareTo(parts.policy().longest()) >= 0) {
            return Optional.of("A recording can be "
                    + RecordingRoom.spoken(parts.policy().longest()) + " long; the stream went on without it.");
        }
        return room.objectionTo(owner, bytesHere(owner), bytesHere(null));
    }

    /** What grows here; of everybody where nobody is named. */
    private long bytesHere(@Nullable UserId owner) {
        return growing.values().stream()
                .filter(one -> owner == null || one.recording().owner().equals(owner))
                .mapToLong(Growing::bytes)
                .sum();
    }

    @Override
    public void ended(RecordingId id, String why) {
        growing.remove(id);
        parts.store()
                .find(id)
                .filter(recording -> isWanted(recording) && recording.state() != RecordingState.FINISHING)
                .ifPresent(recording -> move(recording.state(), recording.finishing(why)));
    }

    @Override
    public void finished(RecordingId id, Media media) {
        var recording = parts.store().find(id).orElse(null);
        if (recording == null || !isWanted(recording)) {
            return;
        }
        var key = MediaKey.fresh(random);
        var size = keep(recording, key, media);
        var ready = recording.ready(media.length(), size, expiry(), key.seal(parts.cipher(), id));
        if (!move(recording.state(), ready)) {
            // Deleted meanwhile.
            discard(id);
        }
        seen.remove(id);
        room.changed();
    }

    private long keep(Recording recording, MediaKey key, Media media) {
        var written = new long[1];
        try {
            parts.vault().put(recording.id(), out -> {
                try (var plain = media.open()) {
                    written[0] = new SealedMedia(recording.id(), key).write(plain, out);
                }
            });
            return written[0];
        } catch (IOException e) {
            throw new LivemeterException(
                    "recording.vault",
                    "The recording could not be put into its vault: " + e.getMessage() + ".",
                    true,
                    e);
        }
    }

    /** Deletes what a vault has of a recording; what it cannot delete now, it is asked again for. */
    boolean discard(RecordingId id) {
        try {
            parts.vault().delete(id);
            return true;
        } catch (IOException e) {
            RecordingKeeper.log.warn(
                    "The recording {} could not be deleted from its vault yet: {}.", id, e.getMessage());
            return false;
        }
    }

    @Override
    public void failed(RecordingId id, String why) {
        growing.remove(id);
        seen.remove(id);
        parts.store()
                .find(id)
                .filter(RecordingDesk::isWanted)
                .ifPresent(recording -> move(recording.state(), recording.failed(why, expiry())));
    }

    /** Makes one unreadable by forgetting its key; a row in any state. */
    boolean delete(Recording recording) {
        var deleted = move(recording.state(), recording.deleted());
        if (deleted && recording.state() == RecordingState.RECORDING) {
            growing.remove(recording.id());
            parts.relay().stopRecording(recording.session(), recording.id());
        }
        room.changed();
        return deleted;
    }

    boolean move(RecordingState before, Recording now) {
        var moved = parts.store().change(before, now);
        if (moved) {
            tell(now);
        }
        return moved;
    }

    private void tell(Recording now) {
        parts.events()
                .publish(new RecordingChanged(
                        parts.time().instant(), now.owner(), now.session(), now.id(), now.state(), now.detail()));
    }

    private Instant expiry() {
        return parts.time().instant().plus(parts.policy().retention());
    }
}

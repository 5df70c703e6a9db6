package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.Destinations;
import dev.livemeter.destination.SavedDestination;
import dev.livemeter.ingest.StoredStreamKey;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.ingest.StreamKeys;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.spi.RelayAuthority.ResumeRequest;
import dev.livemeter.time.TimeSource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Takes up streams that went on while the application was away. Thread-safe. */
final class StreamResumption {

    private static final Logger log = LoggerFactory.getLogger(StreamResumption.class);

    private final Meter meter;
    private final StreamKeys keys;
    private final Destinations destinations;
    private final TimeSource time;
    private final RelayedStreams streams;
    private final OnAir onAir;
    private final DeliveryKeeper keeper;
    private final TakeOvers takeOvers;

    StreamResumption(RelayParts parts) {
        this.meter = parts.meter();
        this.keys = parts.keys();
        this.destinations = parts.destinations();
        this.time = parts.time();
        this.streams = parts.streams();
        this.onAir = parts.onAir();
        this.keeper = parts.keeper();
        this.takeOvers = parts.takeOvers();
    }

    /** As {@link dev.livemeter.spi.RelayAuthority#resume}. */
    Admission resume(ResumeRequest request) {
        if (!keys.isWellFormed(request.streamKey())) {
            return new Admission.Refused(Refusal.MALFORMED, "What was sent cannot be a stream key.");
        }
        try {
            var key = keys.find(request.streamKey()).orElse(null);
            if (key == null) {
                return new Admission.Refused(Refusal.UNKNOWN_KEY, "The stream key is unknown or was revoked.");
            }
            if (!takeOvers.enter(key.id())) {
                return new Admission.Refused(Refusal.UNAVAILABLE, "Another encoder comes with the same stream key.");
            }
            try {
                return resume(key, request);
            } finally {
                takeOvers.entered(key.id());
            }
        } catch (RuntimeException e) {
            // What runs on another node may come here with each of its heartbeats.
            var usual = e instanceof LivemeterException known && known.code().equals("session.elsewhere");
            log.atLevel(usual ? Level.DEBUG : Level.WARN)
                    .log("It could not be decided yet whether a publisher goes on: {}", e.getMessage());
            return new Admission.Refused(Refusal.UNAVAILABLE, "It could not be decided now.");
        }
    }

    private Admission resume(StoredStreamKey key, ResumeRequest request) {
        var openedAt = time.instant().minus(request.age());
        return meter.left(key.id(), key.owner(), openedAt)
                .map(session -> resume(session, request))
                .or(() -> resumedBefore(key.id(), openedAt))
                .orElseGet(StreamResumption::over);
    }

    private static Admission over() {
        return new Admission.Refused(Refusal.OVER, "The session that this publisher had is over; publish anew.");
    }

    /** The answer to a question that was answered too late. */
    private Optional<Admission> resumedBefore(StreamKeyId key, Instant openedAt) {
        return meter.opened(key, openedAt)
                .flatMap(session -> Optional.ofNullable(streams.find(session.id()))
                        .filter(RelayedStream::isTakenUp)
                        .map(stream -> new Admission.Admitted(session.id(), stream.pushes())));
    }

    private Admission resume(Session session, ResumeRequest request) {
        var user = session.payer();
        var chosen = destinations.of(user.value()).stream()
                .filter(SavedDestination::enabled)
                .toList();
        var before = keeper.before(session.id());
        var stream = new RelayedStream(user, session.streamKey(), goOn(session, chosen, request, before));
        stream.deliveries().goOn(before);
        stream.takeUp();
        if (!streams.addIfNew(session.id(), stream)) {
            // Asked twice, and the other question was faster: its stream is the one, and the next question hears so.
            return new Admission.Refused(Refusal.UNAVAILABLE, "It is being taken up.");
        }
        // It counts even where the limit was lowered meanwhile: it runs.
        streams.reserveBeyond(user);
        var resumed = false;
        try {
            resumed = meter.resume(session.id(), request.age());
        } finally {
            if (!resumed) {
                streams.remove(session.id());
                streams.release(user);
                onAir.notResumed(session.id());
            }
        }
        if (!resumed) {
            return over();
        }
        if (!meter.alive(session.id())) {
            // What was left was used up meanwhile; the relay is told by the refusal, as it does not have the session
            // yet.
            meter.ended(session.id(), EndCause.LEFT);
            return new Admission.Refused(Refusal.OVER, "The money was used up while the application was away.");
        }
        onAir.resumed(session.id(), stream);
        onAir.began(session.id(), stream);
        return new Admission.Admitted(session.id(), stream.pushes());
    }

    private List<Route> goOn(
            Session session, List<SavedDestination> chosen, ResumeRequest request, List<DeliveryRecord> before) {
        try {
            return onAir.resume(session, chosen, request.goesTo(), before);
        } catch (RuntimeException e) {
            onAir.notResumed(session.id());
            throw e;
        }
    }
}

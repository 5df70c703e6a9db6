package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.DestinationTraffic;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.RelayHealth;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.StreamFormat;
import dev.livemeter.spi.PictureAuthority;
import dev.livemeter.spi.RecordingAuthority;
import dev.livemeter.spi.RecordsStreams;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.PublishRequest;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.spi.RelayAuthority.ResumeRequest;
import dev.livemeter.spi.RelayController;
import dev.livemeter.spi.TakesPictures;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A relay without media: the test says who publishes, who is still there and how the destinations fare. The authority is asked and
 * told in the thread of the caller, before the method returns, so that everything happens in a known order. Thread-safe; no lock is held
 * while the authority is called.
 */
public final class InMemoryRelay implements RelayController, RecordsStreams, TakesPictures {

    private static final String HOST = "relay.test";

    private final Ingest ingest;
    private volatile @Nullable Ingest moved;
    private final Duration resumesWithin;
    private final Map<SessionId, List<Push>> publishing = new LinkedHashMap<>();
    private final Map<SessionId, Duration> silences = new HashMap<>();
    private final Map<SessionId, PublishRequest> requests = new HashMap<>();
    private final Map<SessionId, List<Push>> unclaimed = new LinkedHashMap<>();
    private final InMemoryDestinations destinations = new InMemoryDestinations();
    private final Set<SessionId> held = new LinkedHashSet<>();
    private volatile Function<PushTarget, Optional<String>> objection = target -> Optional.empty();
    private final InMemoryRecorder recorder = new InMemoryRecorder();
    private final InMemoryCamera camera = new InMemoryCamera();
    private @Nullable RelayAuthority authority;
    private volatile RelayHealth health = RelayHealth.up();
    private volatile Duration resumesLater = Duration.ZERO;
    private @Nullable String whyNotToOpen;
    private boolean holding;
    private boolean closed;

    private InMemoryRelay(String host, Duration resumesWithin) {
        this(new Ingest(URI.create("rtmp://" + host + "/live")), resumesWithin);
    }

    private InMemoryRelay(Ingest ingest, Duration resumesWithin) {
        this.ingest = ingest;
        this.resumesWithin = resumesWithin;
    }

    /** A relay that nobody publishes to yet. */
    public static InMemoryRelay create() {
        return new InMemoryRelay(HOST, Duration.ZERO);
    }

    /** The same, that encoders reach under that name. */
    public static InMemoryRelay at(String host) {
        return new InMemoryRelay(host, Duration.ZERO);
    }

    /** One whose streams go on when it is closed, and show up again within that time at its {@link #successor()}. */
    public static InMemoryRelay outliving(Duration resumesWithin) {
        return outliving(HOST, resumesWithin);
    }

    /** The same, that encoders reach under that name. */
    public static InMemoryRelay outliving(String host, Duration resumesWithin) {
        return new InMemoryRelay(host, resumesWithin);
    }

    /** The relay of the application's next life: who publishes here, or did when this one was closed, {@linkplain #showUp shows up} there. */
    public synchronized InMemoryRelay successor() {
        var next = new InMemoryRelay(ingest, resumesWithin);
        next.unclaimed.putAll(publishing);
        next.requests.putAll(requests);
        recorder.handOver(next.recorder);
        return next;
    }

    /**
     * A publisher of an earlier life gives its first sign of life, or gives it again as if the answer had been lost; whoever may not go on is cut off, unless it could not be decided.
     *
     * @param age since it was let in
     */
    public Admission showUp(SessionId session, Duration age) {
        final List<Push> pushes;
        final PublishRequest request;
        synchronized (this) {
            pushes = unclaimed.getOrDefault(session, publishing.get(session));
            request = requests.get(session);
        }
        if (pushes == null || request == null) {
            throw new IllegalArgumentException("No publisher of the session " + session + " is left from before.");
        }
        var admission = authority()
                .resume(new ResumeRequest(
                        request.streamKey(),
                        request.remoteAddress(),
                        age,
                        target -> pushes.stream().anyMatch(push -> push.target().equals(target))));
        synchronized (this) {
            if (admission instanceof Admission.Admitted admitted) {
                publishing.put(session, admitted.pushes());
                unclaimed.remove(session);
            } else if (((Admission.Refused) admission).reason() != Refusal.UNAVAILABLE) {
                unclaimed.remove(session);
            }
        }
        return admission;
    }

    /** How long that publisher may go on without being asked for, as a relay learns it. */
    public Duration paidAhead(SessionId session) {
        return authority().paidAhead(session);
    }

    @Override
    public Duration resumesWithin() {
        return resumesWithin;
    }

    @Override
    public Duration resumesLater() {
        return resumesLater;
    }

    /** Streams from before are to be waited for that much longer whenever it is asked, as if nothing could be heard of them; zero, as at first, if everything can. */
    public void resumeLater(Duration longer) {
        resumesLater = longer;
    }

    /** An encoder connects with that key. */
    public Admission publish(String streamKey) {
        return publish(streamKey, "192.0.2.1");
    }

    /**
     * An encoder connects from that address.
     *
     * @throws LivemeterException {@code relay.not_open}
     */
    public Admission publish(String streamKey, String remoteAddress) {
        var asked = authority();
        if (isClosed()) {
            return new Admission.Refused(Refusal.UNAVAILABLE, "The relay is closed.");
        }
        var request = new PublishRequest(Secret.of(streamKey), remoteAddress);
        var admission = asked.publish(request);
        if (admission instanceof Admission.Admitted admitted) {
            if (enter(admitted)) {
                remember(admitted.session(), request);
            } else {
                asked.ended(admitted.session(), EndCause.LEFT);
            }
        }
        return admission;
    }

    private synchronized void remember(SessionId session, PublishRequest request) {
        requests.put(session, request);
    }

    private synchronized boolean enter(Admission.Admitted admitted) {
        return !closed && publishing.putIfAbsent(admitted.session(), admitted.pushes()) == null;
    }

    /** Gives a proof of life of everybody who publishes; who may not go on is cut off. */
    public void heartbeat() {
        sessions().forEach(this::heartbeat);
    }

    /**
     * Gives a proof of life of one publisher.
     *
     * @return whether it publishes and may go on
     */
    public boolean heartbeat(SessionId session) {
        if (!isPublishing(session)) {
            return false;
        }
        var silent = silence(session);
        if (silent == null ? authority().alive(session) : authority().alive(session, silent)) {
            return true;
        }
        end(session, EndCause.LEFT);
        return false;
    }

    /** From now on that publisher holds its connection, and by its proofs of life has sent nothing for that long; zero where it sends again. Ignored if it does not publish. */
    public synchronized void standStill(SessionId session, Duration silent) {
        if (silent.isZero()) {
            silences.remove(session);
        } else if (publishing.containsKey(session)) {
            silences.put(session, silent);
        }
    }

    private synchronized @Nullable Duration silence(SessionId session) {
        return silences.get(session);
    }

    /** A destination takes the stream: reports CONNECTING, then LIVE. */
    public void connectDestination(SessionId session, DestinationId destination) {
        destination(session, destination, State.CONNECTING, "");
        destination(session, destination, State.LIVE, "");
    }

    /** Every destination of a session takes the stream. */
    public void connectDestinations(SessionId session) {
        pushes(session).forEach(push -> connectDestination(session, push.destination()));
    }

    /** A destination changes; ignored where the session does not go there, or has ended. */
    public void destination(SessionId session, DestinationId destination, State state, String detail) {
        if (goesTo(session, destination)) {
            destinations.changed(session, destination, state);
            authority().destinationChanged(session, destination, state, detail);
        }
    }

    /** A destination failed and is tried again; ignored where the session does not go there, or has ended. */
    public void retries(SessionId session, DestinationId destination, String detail, Duration next) {
        if (goesTo(session, destination)) {
            destinations.changed(session, destination, State.RETRYING);
            authority().destinationRetries(session, destination, detail, next);
        }
    }

    /** A destination takes the stream slower than it comes, or keeps up again; ignored where the session does not go there, or has ended. */
    public void lags(SessionId session, DestinationId destination, Duration behind) {
        if (goesTo(session, destination)) {
            authority().destinationLags(session, destination, behind);
        }
    }

    /** It is seen what the encoder of a session sends. Ignored if it does not publish. */
    public void sees(SessionId session, StreamFormat format) {
        if (isPublishing(session)) {
            authority().streamSeen(session, format);
        }
    }

    /** {@inheritDoc} Here H.264 and AAC alone. */
    @Override
    public boolean carries(String codec) {
        return codec.equals("H264") || codec.equals("AAC");
    }

    /** An encoder stops. Ignored if it does not publish. */
    public void hangUp(SessionId session) {
        end(session, EndCause.LEFT);
    }

    /** The relay loses sight of a publisher. Ignored if it does not publish. */
    public void lose(SessionId session) {
        end(session, EndCause.LOST);
    }

    /** The media server dies and comes back: everybody is lost. */
    public void crash() {
        sessions().forEach(this::lose);
    }

    /** From now on {@link #disconnect} is only noted, as if the relay were slow, until {@link #carryOutDisconnects}. */
    public synchronized void holdDisconnects() {
        holding = true;
    }

    /** Does what was noted since {@link #holdDisconnects}, and from now on does it at once again. */
    public void carryOutDisconnects() {
        final List<SessionId> noted;
        synchronized (this) {
            holding = false;
            noted = List.copyOf(held);
            held.clear();
        }
        noted.forEach(session -> end(session, EndCause.LEFT));
    }

    /** From now on {@link #objectionTo} answers with that. */
    public void objecting(Function<PushTarget, Optional<String>> toTarget) {
        objection = toTarget;
    }

    /** Who publishes, in the order in which they came. */
    public synchronized List<SessionId> sessions() {
        return new ArrayList<>(publishing.keySet());
    }

    /** Whether the publisher of that session is there. */
    public synchronized boolean isPublishing(SessionId session) {
        return publishing.containsKey(session);
    }

    /** Whether a publisher of an earlier life sends still, and did not {@linkplain #showUp show up} yet. */
    public synchronized boolean isFromBefore(SessionId session) {
        return unclaimed.containsKey(session);
    }

    /** Where the stream of a session goes; empty once it has ended. */
    public synchronized List<Push> pushes(SessionId session) {
        return publishing.getOrDefault(session, List.of());
    }

    @Override
    public Ingest open(RelayAuthority asked) {
        synchronized (this) {
            if (authority != null || closed) {
                throw new LivemeterException(
                        "relay.already_open", "The relay was opened or closed before; make a new one.");
            }
            if (whyNotToOpen != null) {
                throw new LivemeterException("relay.not_started", whyNotToOpen, true, null);
            }
            authority = asked;
        }
        recorder.lookAround();
        return ingest;
    }

    /** From now on {@link #open} fails with that sentence, until {@link #agreeToOpen}. */
    public synchronized void refuseToOpen(String sentence) {
        whyNotToOpen = sentence;
    }

    /** From now on {@link #open} works again. */
    public synchronized void agreeToOpen() {
        whyNotToOpen = null;
    }

    /** Encoders publish to that address from now on, as if another program had taken the port. */
    public void moveTo(Ingest where) {
        moved = where;
    }

    @Override
    public Optional<Ingest> movedTo() {
        return Optional.ofNullable(moved);
    }

    /** Says what {@link #health()} answers from now on. */
    public void health(RelayHealth answer) {
        health = answer;
    }

    @Override
    public RelayHealth health() {
        return health;
    }

    @Override
    public void recordFor(RecordingAuthority asked) {
        recorder.recordFor(asked);
    }

    @Override
    public void takePicturesFor(PictureAuthority wanting) {
        camera.takeFor(wanting);
    }

    /**
     * The relay watches a stream and makes that picture of it, if one is wanted. One of too many bytes is told as none. What the authority throws is no harm.
     *
     * @return whether one was wanted
     */
    public boolean takePicture(SessionId session, byte[] jpeg) {
        return camera.take(session, jpeg);
    }

    /**
     * The relay watches a stream, and can make no picture of it, if one is wanted. What the authority throws is no harm.
     *
     * @return whether one was wanted
     */
    public boolean takeNoPicture(SessionId session, String why) {
        return camera.takeNone(session, why);
    }

    @Override
    public boolean startRecording(SessionId session, RecordingId recording) {
        return isPublishing(session) && recorder.start(session, recording);
    }

    /** {@inheritDoc} Here it is over, and handed over unless {@linkplain #holdRecordings() held}, before it returns. */
    @Override
    public void stopRecording(SessionId session, RecordingId recording) {
        recorder.stop(session, recording, "");
    }

    /** The recording that a session has now. */
    public Optional<RecordingId> recording(SessionId session) {
        return recorder.recording(session);
    }

    /**
     * What is recorded of a session grows by that much; whether it may go on is asked at once.
     *
     * @throws IllegalArgumentException if it is not being recorded
     */
    public void grow(SessionId session, long bytes, Duration length) {
        recorder.grow(session, bytes, length);
    }

    /** The bytes that a recording has which grew to that many. */
    public static byte[] recorded(long bytes) {
        return InMemoryRecorder.pattern(bytes);
    }

    /** From now on nothing more can be recorded, as if the disk were broken. */
    public void refuseRecordings() {
        recorder.refusing(true);
    }

    /** From now on recordings that are over are not handed over, as if it took its time, until {@link #finishRecordings}. */
    public void holdRecordings() {
        recorder.holding(true);
    }

    /** Hands over what is over, now and from now on; what could not be taken before, too. */
    public void finishRecordings() {
        recorder.holding(false);
        recorder.finish();
    }

    /** {@inheritDoc} Here the end is reported before it returns, unless {@linkplain #holdDisconnects() held}. */
    @Override
    public void disconnect(SessionId session) {
        synchronized (this) {
            if (holding) {
                held.add(session);
                return;
            }
        }
        end(session, EndCause.LEFT);
    }

    @Override
    public synchronized void pushTo(SessionId session, List<Push> pushes) {
        publishing.computeIfPresent(session, (known, before) -> List.copyOf(pushes));
    }

    /** {@inheritDoc} Here the test says what comes of it; see {@link #retries()}. */
    @Override
    public synchronized void retryNow(SessionId session, DestinationId destination) {
        if (goesTo(session, destination)) {
            destinations.retry(session, destination);
        }
    }

    /** What {@link #retryNow} was asked for, in order. */
    public List<DestinationId> retries() {
        return destinations.retries();
    }

    /** Says what {@link #traffic} answers for a session from now on. */
    public void traffic(SessionId session, List<DestinationTraffic> known) {
        destinations.traffic(session, known);
    }

    @Override
    public synchronized List<DestinationTraffic> traffic(SessionId session) {
        return publishing.containsKey(session) ? destinations.traffic(session) : List.of();
    }

    private synchronized boolean goesTo(SessionId session, DestinationId destination) {
        return pushes(session).stream().anyMatch(push -> push.destination().equals(destination));
    }

    @Override
    public Optional<String> objectionTo(PushTarget target) {
        return objection.apply(target);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (!resumesWithin.isZero()) {
                return;
            }
        }
        sessions().forEach(session -> end(session, EndCause.LEFT));
    }

    private void end(SessionId session, EndCause cause) {
        final boolean wasThere;
        final @Nullable Duration silent;
        synchronized (this) {
            unclaimed.remove(session);
            silent = silences.remove(session);
            // Of a stream that outlives this relay nothing is reported any more; the successor does not find it.
            wasThere = publishing.remove(session) != null && (!closed || resumesWithin.isZero());
        }
        if (wasThere) {
            recorder.stop(session, null, "");
            tellEnd(session, cause, silent);
        }
    }

    private void tellEnd(SessionId session, EndCause cause, @Nullable Duration silent) {
        var asked = authority();
        if (cause == EndCause.LEFT && silent != null) {
            asked.alive(session, silent);
            asked.ended(session, EndCause.SILENT);
        } else {
            asked.ended(session, cause);
        }
    }

    private synchronized RelayAuthority authority() {
        if (authority == null) {
            throw new LivemeterException(
                    "relay.not_open", "The relay is not open; call open() first, or build Livemeter with it.");
        }
        return authority;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized String toString() {
        return "InMemoryRelay[" + publishing.size() + " publishing]";
    }
}

package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.destination.Destination;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.RecordingChanged;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.recording.Recording;
import dev.livemeter.recording.RecordingAccess;
import dev.livemeter.recording.RecordingAccess.Granted;
import dev.livemeter.recording.RecordingAccess.Refused;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.recording.RecordingPolicy;
import dev.livemeter.recording.RecordingPolicy.Mode;
import dev.livemeter.recording.RecordingStart.Declined;
import dev.livemeter.recording.RecordingStart.Reason;
import dev.livemeter.recording.RecordingStart.Started;
import dev.livemeter.recording.RecordingState;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Admission;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Recordings from the wish to the last byte, on time that stands still. */
class RecordingsTest {

    private static final Duration TEN = Duration.ofSeconds(10);

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.create(time);
    private final InMemoryMediaVault vault = InMemoryMediaVault.create();
    private final List<LiveEvent> events = new ArrayList<>();
    private InMemoryRelay relay = InMemoryRelay.create();
    private Livemeter live;

    @AfterEach
    void close() {
        live.close();
    }

    private void build(RecordingPolicy.Builder policy) {
        live = builder().recording(policy.build(), vault).build();
    }

    private Livemeter.Builder builder() {
        return Livemeter.builder()
                .wallet(books)
                .relay(relay)
                .provider(InMemoryStreamProvider.named("twitch"))
                .tariff(Tariff.perMinute("USD", "0.10"))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .listener(events::add);
    }

    private static RecordingPolicy.Builder manual() {
        return RecordingPolicy.builder().forAll(Mode.MANUAL);
    }

    private SessionId goLive(String user) {
        live.wallets().credit(user, Money.of("USD", "20.00"), "order-" + user);
        live.destinations().add(user, Destination.twitch("live_" + user));
        var key = live.streamKeys().create(user).reveal();
        var session = ((Admission.Admitted) relay.publish(key)).session();
        relay.connectDestinations(session);
        time.runDue();
        return session;
    }

    private Recording record(SessionId session) {
        return ((Started) live.recordings().start(session)).recording();
    }

    private Recording ready(SessionId session, int bytes) {
        var recording = record(session);
        relay.grow(session, bytes, TEN);
        live.recordings().stop(session);
        return find(recording);
    }

    private Recording find(Recording recording) {
        return live.recordings().find(recording.id()).orElseThrow();
    }

    private byte[] load(RecordingId id) throws IOException {
        var token = live.recordings().link(id, TEN).token().reveal();
        var download = ((Granted) live.recordings().open(token)).download();
        var out = new ByteArrayOutputStream();
        download.writeTo(out, 0, download.bytes());
        return out.toByteArray();
    }

    private List<RecordingState> told(Recording recording) {
        return events.stream()
                .filter(RecordingChanged.class::isInstance)
                .map(RecordingChanged.class::cast)
                .filter(event -> event.recording().equals(recording.id()))
                .map(RecordingChanged::state)
                .toList();
    }

    @Test
    void whatIsRecordedByHandIsKeptEncryptedAndComesBack() throws IOException {
        build(manual());
        var session = goLive("alice");
        var recording = record(session);
        relay.grow(session, 150_000, TEN);
        assertThat(live.recordings().running(session).orElseThrow().bytes()).isEqualTo(150_000);
        live.recordings().stop(session);
        var ready = find(recording);
        assertThat(ready.state()).isEqualTo(RecordingState.READY);
        assertThat(ready.detail()).isEmpty();
        assertThat(ready.length()).isEqualTo(TEN);
        assertThat(ready.bytes()).isEqualTo(150_000);
        assertThat(ready.expiresAt()).isEqualTo(time.instant().plus(Duration.ofDays(30)));
        assertThat(load(ready.id())).isEqualTo(InMemoryRelay.recorded(150_000));
        var lying = new String(vault.bytes(ready.id()), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(lying)
                .doesNotContain(new String(
                        Arrays.copyOf(InMemoryRelay.recorded(16), 16), java.nio.charset.StandardCharsets.ISO_8859_1));
        assertThat(told(ready))
                .containsExactly(RecordingState.RECORDING, RecordingState.FINISHING, RecordingState.READY);
        assertThat(relay.isPublishing(session)).isTrue();
        assertThat(live.recordings().of("alice", 10)).containsExactly(ready);
        assertThat(live.recordings().of("bob", 10)).isEmpty();
    }

    @Test
    void automaticRecordingBeginsWithTheFirstDestinationAndEndsWithTheStream() throws IOException {
        build(RecordingPolicy.builder().modes(user -> user.value().equals("alice") ? Mode.AUTOMATIC : Mode.MANUAL));
        var session = goLive("alice");
        var other = goLive("bob");
        assertThat(relay.recording(session)).isPresent();
        assertThat(relay.recording(other)).isEmpty();
        relay.grow(session, 1_000, TEN);
        relay.hangUp(session);
        assertThat(live.recordings().of("alice", 10))
                .singleElement()
                .satisfies(recording -> assertThat(recording.state()).isEqualTo(RecordingState.READY));
        assertThat(load(live.recordings().of("alice", 1).get(0).id())).isEqualTo(InMemoryRelay.recorded(1_000));
    }

    @Test
    void nobodyIsRecordedWhosePlanDoesNotSaySo() {
        build(RecordingPolicy.builder().modes(user -> user.value().equals("bob") ? Mode.MANUAL : Mode.OFF));
        var session = goLive("alice");
        assertThat(live.recordings().start(session))
                .isEqualTo(new Declined(Reason.OFF, "Recording is not part of what this user has."));
        assertThat(live.recordings().start(new SessionId("session-unknown")))
                .isEqualTo(new Declined(Reason.NOT_RUNNING, "The session session-unknown does not run here."));
        assertThat(relay.recording(session)).isEmpty();
        assertThat(live.recordings().modeOf("alice")).isEqualTo(Mode.OFF);
    }

    @Test
    void withoutAPolicyThereIsNothingToRecordWith() {
        live = builder().build();
        var session = goLive("alice");
        assertThat(live.recordings().start(session))
                .isEqualTo(new Declined(Reason.OFF, "Streams are not recorded here."));
        assertThat(relay.startRecording(session, new RecordingId("rec-00000000")))
                .isFalse();
        assertThat(live.recordings().stop(session)).isEmpty();
        assertThat(live.recordings().of("alice", 10)).isEmpty();
    }

    @Test
    void whoAsksTwiceGetsTheSameOneAndANewOneAfterItsEnd() {
        build(manual());
        var session = goLive("alice");
        var first = record(session);
        assertThat(record(session).id()).isEqualTo(first.id());
        relay.grow(session, 10, TEN);
        live.recordings().stop(session);
        live.recordings().stop(session);
        var second = record(session);
        assertThat(second.id()).isNotEqualTo(first.id());
        relay.grow(session, 20, TEN);
        relay.hangUp(session);
        assertThat(live.recordings().of("alice", 10).stream().map(Recording::bytes))
                .containsExactlyInAnyOrder(10L, 20L);
    }

    @Test
    void aStreamThatEndsBeforeAnythingCameLeavesASentence() {
        build(manual());
        var session = goLive("alice");
        var recording = record(session);
        relay.hangUp(session);
        assertThat(find(recording).state()).isEqualTo(RecordingState.FAILED);
        assertThat(find(recording).detail()).isEqualTo("Nothing came that could be kept.");
        assertThat(vault.names()).isEmpty();
    }

    @Test
    void aRelayThatCannotBeginIsToldOf() {
        build(manual());
        var session = goLive("alice");
        relay.refuseRecordings();
        assertThat(live.recordings().start(session))
                .isEqualTo(new Declined(
                        Reason.UNAVAILABLE, "The relay could not begin to record this stream; try again in a moment."));
        assertThat(live.recordings().of("alice", 10))
                .singleElement()
                .satisfies(
                        recording -> assertThat(recording.detail()).isEqualTo("The relay could not begin to record."));
        assertThat(relay.isPublishing(session)).isTrue();
    }

    @Test
    void theLongestLengthEndsTheRecordingAndNotTheStream() {
        build(manual().longest(Duration.ofSeconds(20)));
        var session = goLive("alice");
        var recording = record(session);
        relay.grow(session, 10, TEN);
        assertThat(find(recording).state()).isEqualTo(RecordingState.RECORDING);
        relay.grow(session, 10, TEN);
        assertThat(find(recording).state()).isEqualTo(RecordingState.READY);
        assertThat(find(recording).detail())
                .isEqualTo("A recording can be 20 seconds long; the stream went on without it.");
        assertThat(relay.isPublishing(session)).isTrue();
    }

    @Test
    void aUsersRoomIsCountedOverAllOfTheirRecordings() {
        build(manual().bytesPerUser(1_000));
        var session = goLive("alice");
        var first = ready(session, 600);
        var second = record(session);
        relay.grow(session, 399, TEN);
        assertThat(find(second).state()).isEqualTo(RecordingState.RECORDING);
        relay.grow(session, 1, TEN);
        var used = "The room for this user's recordings, 1 kB, is used up; delete some first.";
        assertThat(find(second).state()).isEqualTo(RecordingState.READY);
        assertThat(find(second).detail()).isEqualTo(used);
        assertThat(live.recordings().start(session)).isEqualTo(new Declined(Reason.NO_ROOM, used));
        var other = goLive("bob");
        assertThat(live.recordings().start(other)).isInstanceOf(Started.class);
        live.recordings().delete(first.id());
        assertThat(live.recordings().start(session)).isInstanceOf(Started.class);
    }

    @Test
    void theRoomForAllIsSharedByAll() {
        build(manual().bytesInAll(1_000));
        var alice = goLive("alice");
        var bob = goLive("bob");
        var first = record(alice);
        var second = record(bob);
        relay.grow(alice, 500, TEN);
        relay.grow(bob, 500, TEN);
        assertThat(find(second).detail())
                .isEqualTo("The room for recordings here is used up; the operator has to make some.");
        assertThat(find(first).state()).isEqualTo(RecordingState.RECORDING);
    }

    @Test
    void whatIsDeletedIsGoneAndItsLinksAreVoid() {
        build(manual());
        var session = goLive("alice");
        var recording = ready(session, 100);
        var token = live.recordings().link(recording.id(), TEN).token().reveal();
        assertThat(live.recordings().delete(recording.id())).isTrue();
        assertThat(live.recordings().delete(recording.id())).isFalse();
        assertThat(live.recordings().find(recording.id())).isEmpty();
        assertThat(live.recordings().open(token))
                .isEqualTo(
                        new Refused(RecordingAccess.Reason.UNKNOWN, "The link leads to nothing; ask for another one."));
        assertThat(vault.names()).isEmpty();
        assertThat(told(recording)).endsWith(RecordingState.DELETED);
    }

    @Test
    void whatIsDeletedWhileItGrowsOrIsFinishedIsNeverKept() {
        build(manual());
        var session = goLive("alice");
        var growing = record(session);
        relay.grow(session, 100, TEN);
        live.recordings().delete(growing.id());
        assertThat(relay.recording(session)).isEmpty();
        relay.holdRecordings();
        var finishing = ready(session, 200);
        assertThat(finishing.state()).isEqualTo(RecordingState.FINISHING);
        live.recordings().delete(finishing.id());
        relay.finishRecordings();
        assertThat(vault.names()).isEmpty();
        assertThat(live.recordings().of("alice", 10)).isEmpty();
    }

    @Test
    void bytesThatCannotBeDeletedNowAreUnreadableAtOnceAndDeletedLater() {
        build(manual());
        var session = goLive("alice");
        var recording = ready(session, 100);
        vault.failing("The disk is away.");
        assertThat(live.recordings().delete(recording.id())).isTrue();
        vault.failing(null);
        assertThat(vault.names()).containsExactly(recording.id().value());
        var row = books.recordings().orElseThrow().find(recording.id()).orElseThrow();
        assertThat(row.state()).isEqualTo(RecordingState.DELETED);
        assertThat(row.sealedKey()).isNull();
        time.advance(Duration.ofMinutes(11));
        assertThat(vault.names()).isEmpty();
        assertThat(books.recordings().orElseThrow().find(recording.id())).isEmpty();
    }

    @Test
    void whatIsTooOldGoesByItself() {
        build(manual().retention(Duration.ofHours(1)));
        var session = goLive("alice");
        var recording = ready(session, 100);
        relay.hangUp(session);
        time.advance(Duration.ofMinutes(59));
        assertThat(live.recordings().find(recording.id())).isPresent();
        time.advance(Duration.ofMinutes(11));
        assertThat(live.recordings().find(recording.id())).isEmpty();
        assertThat(vault.names()).isEmpty();
    }

    @Test
    void aVaultThatIsAwayIsWaitedFor() throws IOException {
        build(manual());
        var session = goLive("alice");
        vault.failing("The disk is full.");
        var recording = ready(session, 100);
        assertThat(recording.state()).isEqualTo(RecordingState.FINISHING);
        vault.failing(null);
        relay.finishRecordings();
        assertThat(find(recording).state()).isEqualTo(RecordingState.READY);
        assertThat(load(recording.id())).isEqualTo(InMemoryRelay.recorded(100));
    }

    @Test
    void aLinkEndsWithItsTimeOrWithTheRecording() {
        build(manual().retention(Duration.ofHours(1)));
        var session = goLive("alice");
        var recording = ready(session, 100);
        var link = live.recordings().link(recording.id(), Duration.ofMinutes(5));
        assertThat(live.recordings().link(recording.id(), Duration.ofDays(7)).expiresAt())
                .isEqualTo(recording.expiresAt());
        time.advance(Duration.ofSeconds(299));
        assertThat(live.recordings().open(link.token().reveal())).isInstanceOf(Granted.class);
        time.advance(Duration.ofSeconds(1));
        assertThat(live.recordings().open(link.token().reveal()))
                .isEqualTo(new Refused(RecordingAccess.Reason.EXPIRED, "The link has expired; ask for another one."));
        assertThat(live.recordings().open(link.token().reveal().replace('.', '-')))
                .isInstanceOf(Refused.class);
    }

    @Test
    void aLinkToWhatCannotBeLoadedIsNotMade() {
        build(manual());
        var session = goLive("alice");
        var recording = record(session);
        refuses(
                "recording.not_ready",
                "The recording " + recording.id() + " cannot be loaded; its state is recording.",
                () -> live.recordings().link(recording.id(), TEN));
        refuses(
                "recording.unknown",
                "There is no recording rec-unknown.",
                () -> live.recordings().link(new RecordingId("rec-unknown"), TEN));
        refuses(
                "recording.malformed_span",
                "A link was to be good for 604801 seconds; expected 1 to 604800.",
                () -> live.recordings().link(recording.id(), Duration.ofSeconds(604_801)));
    }

    private static void refuses(String code, String sentence, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOf(LivemeterException.class)
                .hasMessage(sentence)
                .extracting(thrown -> ((LivemeterException) thrown).code())
                .isEqualTo(code);
    }

    @Test
    void aFileThatWasExchangedOrTakenAwayIsNotGivenOut() {
        build(manual());
        var session = goLive("alice");
        var one = ready(session, 100);
        var two = ready(session, 100);
        var token = live.recordings().link(one.id(), TEN).token().reveal();
        vault.replace(one.id(), vault.bytes(two.id()));
        var download = ((Granted) live.recordings().open(token)).download();
        assertThatThrownBy(() -> download.writeTo(new ByteArrayOutputStream(), 0, 100))
                .hasMessageStartingWith("The file of the recording " + one.id() + " was altered");
        vault.replace(one.id(), new byte[7]);
        assertThatThrownBy(() -> live.recordings().open(token))
                .hasMessageStartingWith("The file of the recording " + one.id() + " was altered");
        live.recordings().delete(two.id());
    }

    /** The application dies: what it was doing is dropped, the relay of the next life finds what lies there. */
    private void crash(RecordingPolicy.Builder policy, boolean filesSurvive) {
        time.dropTasks();
        relay = filesSurvive ? relay.successor() : InMemoryRelay.create();
        build(policy);
    }

    @Test
    void whatACrashLeftOfARecordingIsFinishedAtTheNextStart() throws IOException {
        build(manual());
        var session = goLive("alice");
        var recording = record(session);
        relay.grow(session, 100, TEN);
        crash(manual(), true);
        assertThat(find(recording).state()).isEqualTo(RecordingState.READY);
        assertThat(load(recording.id())).isEqualTo(InMemoryRelay.recorded(100));
    }

    @Test
    void aRecordingOfWhichACrashLeftNothingIsToldAsLost() {
        build(manual());
        var session = goLive("alice");
        var recording = record(session);
        relay.grow(session, 100, TEN);
        crash(manual(), false);
        assertThat(find(recording).state()).isEqualTo(RecordingState.RECORDING);
        time.advance(Duration.ofSeconds(31));
        assertThat(find(recording).state()).isEqualTo(RecordingState.FAILED);
        assertThat(find(recording).detail())
                .isEqualTo("The application or the relay died, and nothing was left of the recording.");
    }

    @Test
    void whatWasDeletedBeforeTheCrashIsNotFinishedAfterIt() {
        build(manual());
        var session = goLive("alice");
        relay.holdRecordings();
        var recording = ready(session, 100);
        live.recordings().delete(recording.id());
        crash(manual(), true);
        relay.finishRecordings();
        assertThat(live.recordings().of("alice", 10)).isEmpty();
        assertThat(vault.names()).isEmpty();
    }

    @Test
    void partsThatCannotRecordAreToldTogether() {
        live = builder().build();
        assertThatThrownBy(() -> Livemeter.builder()
                        .wallet(InMemoryBooks.create(time))
                        .tariff(Tariff.perMinute("USD", "0.10"))
                        .recording(manual().build(), vault)
                        .build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        thrown -> assertThat(thrown.faults())
                                .containsExactly(
                                        "Streams are to be recorded, and there is no relay; give one with .relay(...)."));
    }
}

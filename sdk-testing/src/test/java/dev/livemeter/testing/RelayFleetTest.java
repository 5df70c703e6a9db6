package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.fleet.RelayHealth;
import dev.livemeter.fleet.RelayHostStatus;
import dev.livemeter.fleet.RelayHostStatus.State;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.StreamFormat;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayAuthority.Refusal;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Two hosts and a standby, with room for two streams to two destinations each; the publisher's key is their name. */
class RelayFleetTest {

    private static final HostCapacity ROOM =
            HostCapacity.megabits(30).planning(80).assuming(6_000_000);
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");

    private final ManualTime time = ManualTime.create();
    private final InMemoryRelay one = InMemoryRelay.at("one.test");
    private final InMemoryRelay two = InMemoryRelay.at("two.test");
    private final InMemoryRelay spare = InMemoryRelay.at("spare.test");
    private final NamedAuthority authority = new NamedAuthority();
    private final RelayFleet fleet = fleet();

    private RelayFleet fleet() {
        return RelayFleet.builder()
                .host("one", one, ROOM)
                .host("two", two, ROOM)
                .standby("spare", spare, ROOM)
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .lookEvery(Duration.ofSeconds(3))
                .build();
    }

    @BeforeEach
    void twoDestinations() {
        authority.pushes = pushes(2);
    }

    private static List<Push> pushes(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> new Push(
                        new DestinationId("d" + i),
                        new PushTarget(URI.create("rtmp://platform.test/app"), Secret.of("key-" + i))))
                .toList();
    }

    private static SessionId session(Admission admission) {
        return ((Admission.Admitted) admission).session();
    }

    private RelayHostStatus status(String name) {
        return fleet.hosts().stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String hostOf(UserId user) {
        return fleet.place(user).host();
    }

    private List<String> changes() {
        var said = new ArrayList<>(
                authority.changes.stream().map(RelayHostStatus::sentence).toList());
        authority.changes.clear();
        return said;
    }

    private void looks(int number) {
        time.advance(Duration.ofSeconds(3L * number));
    }

    @Nested
    class Building {

        @Test
        void allFaultsAreToldTogether() {
            var nested = RelayFleet.builder()
                    .host("inner", InMemoryRelay.create(), ROOM)
                    .executor(Runnable::run)
                    .scheduler(time)
                    .build();
            var builder = RelayFleet.builder()
                    .host("Relay 1", one, HostCapacity.megabits(0))
                    .host("b", one, ROOM.planning(120))
                    .host("b", two, ROOM.assuming(0))
                    .host("c", InMemoryRelay.outliving(Duration.ofSeconds(15)), ROOM.assuming(30_000_000))
                    .standby("d", nested, HostCapacity.megabits(Long.MAX_VALUE))
                    .lookEvery(Duration.ZERO);
            assertThatThrownBy(builder::build)
                    .isInstanceOfSatisfying(
                            ConfigurationException.class,
                            e -> assertThat(e.faults())
                                    .containsExactlyInAnyOrder(
                                            "A relay host is called 'Relay 1'; expected 1 to 32 characters of a-z 0-9 . -, beginning"
                                                    + " with a letter or a digit.",
                                            "The uplink of the relay host Relay 1 is 0 bit/s; expected 1 to 1000000 Mbit/s, such as"
                                                    + " HostCapacity.megabits(1000).",
                                            "The relay of the host b was given to another host, too; make one for each.",
                                            "Of the uplink of the relay host b, 120 % are to be planned with; expected 1 to 100.",
                                            "Two relay hosts are called 'b'; give each a name of its own.",
                                            "The relay host b is to assume 0 bit/s of a stream; expected at least 1.",
                                            "The relay host c has no room for a single stream: 24000000 bit/s are planned with, and"
                                                    + " 30000000 are assumed of a stream. Give it a greater uplink, or assume less.",
                                            "The streams of the relay host Relay 1 show up again within PT0S after a restart of the"
                                                    + " application, those of c within PT15S; give all hosts of a fleet the same"
                                                    + " restart grace and heartbeat.",
                                            "The relay of the host d is a fleet itself; give its hosts one by one.",
                                            "The uplink of the relay host d is 1000001000000 bit/s; expected 1 to 1000000 Mbit/s, such"
                                                    + " as HostCapacity.megabits(1000).",
                                            "The health of relay hosts is to be looked at every PT0S; expected 100 milliseconds to 5"
                                                    + " minutes."));
        }

        @Test
        void aStandbyAloneIsNoFleet() {
            assertThatThrownBy(() ->
                            RelayFleet.builder().standby("spare", spare, ROOM).build())
                    .hasMessage("The fleet has no host; give at least one with .host(name, relay, capacity).");
        }
    }

    @Nested
    class Opening {

        @Test
        void aHostThatCannotStartIsTriedAgainWhileTheOthersWork() {
            one.refuseToOpen("The port 1935 is in use.");
            assertThat(fleet.open(authority).url()).hasToString("rtmp://two.test/live");
            assertThat(status("one").state()).isEqualTo(State.DOWN);
            assertThat(status("one").detail()).isEqualTo("The port 1935 is in use.");
            assertThat(status("one").ingest()).isNull();
            assertThat(two.publish("alice")).isInstanceOf(Admission.Admitted.class);

            time.advance(Duration.ofSeconds(2));
            one.agreeToOpen();
            time.advance(Duration.ofMillis(999));
            assertThat(status("one").state())
                    .as("tried after 1 s, and again 2 s later")
                    .isEqualTo(State.DOWN);
            time.advance(Duration.ofMillis(1));
            assertThat(status("one").state()).isEqualTo(State.UP);
            assertThat(one.publish("bob")).isInstanceOf(Admission.Admitted.class);
            assertThat(changes())
                    .containsExactly(
                            "The relay host one is down: The port 1935 is in use.",
                            "The relay host two is up.",
                            "The relay host spare is up.",
                            "The relay host one is up.");
        }

        @Test
        void whereNoHostStartsNothingDoesAndAllIsSaid() {
            List.of(one, two, spare).forEach(relay -> relay.refuseToOpen("No nginx."));
            assertThatThrownBy(() -> fleet.open(authority))
                    .isInstanceOfSatisfying(LivemeterException.class, e -> {
                        assertThat(e.code()).isEqualTo("relay.no_host");
                        assertThat(e.retryable()).isTrue();
                    })
                    .hasMessage(
                            "None of the 3 relay hosts could start. one: No nginx. two: No nginx. spare: No nginx.");
            one.agreeToOpen();
            time.advance(Duration.ofHours(1));
            assertThat(status("one").state())
                    .as("a fleet that failed does not start behind one's back")
                    .isEqualTo(State.DOWN);
        }

        @Test
        void itIsOpenedOnce() {
            fleet.open(authority);
            assertThatThrownBy(() -> fleet.open(authority))
                    .hasMessage("The fleet was opened or closed before; make a new one.");
        }

        @Test
        void beforeThatNobodyIsSentAnywhere() {
            assertThatThrownBy(() -> fleet.place(ALICE))
                    .hasMessage("No host of the fleet is open; build Livemeter with it first.");
            assertThatThrownBy(fleet::ingest)
                    .hasMessage("No host of the fleet is open; build Livemeter with it first.");
        }
    }

    @Nested
    class Health {

        @BeforeEach
        void open() {
            fleet.open(authority);
            changes();
        }

        @Test
        void twoLooksRunningDecide() {
            one.health(RelayHealth.down("nginx is gone."));
            looks(1);
            assertThat(status("one").state()).isEqualTo(State.UP);
            one.health(RelayHealth.up());
            looks(1);
            one.health(RelayHealth.down("nginx is gone."));
            looks(1);
            assertThat(status("one").state())
                    .as("one failure, then another one later")
                    .isEqualTo(State.UP);
            looks(1);
            assertThat(status("one").state()).isEqualTo(State.DOWN);
            assertThat(status("one").since()).isEqualTo(time.instant());
            one.health(RelayHealth.up());
            looks(1);
            assertThat(status("one").state()).isEqualTo(State.DOWN);
            looks(1);
            assertThat(status("one").state()).isEqualTo(State.UP);
            assertThat(changes())
                    .containsExactly("The relay host one is down: nginx is gone.", "The relay host one is up.");
        }

        @Test
        void aBusyProcessorKeepsNewPeopleAwayUntilItIsQuietAgain() {
            one.health(RelayHealth.up(86));
            looks(1);
            assertThat(status("one").state()).isEqualTo(State.FULL);
            assertThat(status("one").detail()).isEqualTo("Its processor is busy.");
            assertThat(status("one").cpuPercent()).isEqualTo(86);
            assertThat(hostOf(ALICE)).isEqualTo("two");
            assertThat(one.publish("bob"))
                    .as("who comes all the same is let in")
                    .isInstanceOf(Admission.Admitted.class);
            one.health(RelayHealth.up(76));
            looks(1);
            assertThat(status("one").state()).isEqualTo(State.FULL);
            one.health(RelayHealth.up(75));
            looks(1);
            assertThat(status("one").state()).isEqualTo(State.UP);
        }

        @Test
        void theAddressOfAHostThatMovedIsToldFromTheNextLookOn() {
            fleet.place(ALICE);
            one.moveTo(new Ingest(URI.create("rtmp://one.test:2035/live")));
            looks(1);
            assertThat(fleet.place(ALICE).ingest().url()).hasToString("rtmp://one.test:2035/live");
            assertThat(status("one").ingest()).isEqualTo(new Ingest(URI.create("rtmp://one.test:2035/live")));
            assertThat(status("two").ingest()).isEqualTo(new Ingest(URI.create("rtmp://two.test/live")));
        }

        @Test
        void streamsOfAHostThatIsDownGoOn() {
            var stream = session(one.publish("alice"));
            one.health(RelayHealth.down("It does not answer."));
            looks(2);
            assertThat(one.heartbeat(stream)).isTrue();
            fleet.pushTo(stream, pushes(1));
            assertThat(one.pushes(stream)).hasSize(1);
            assertThat(status("one").streams()).isEqualTo(1);
        }
    }

    @Nested
    class Load {

        @BeforeEach
        void open() {
            fleet.open(authority);
            changes();
        }

        @Test
        void aStreamTakesItsBitrateForEachDestination() {
            var stream = session(one.publish("alice"));
            assertThat(status("one").plannedBitsPerSecond()).isEqualTo(12_000_000);
            assertThat(status("one").limitBitsPerSecond()).isEqualTo(24_000_000);
            one.sees(stream, format(4_000_000));
            assertThat(status("one").plannedBitsPerSecond()).isEqualTo(8_000_000);
            one.sees(stream, format(0));
            assertThat(status("one").plannedBitsPerSecond())
                    .as("an encoder that pauses")
                    .isEqualTo(8_000_000);
            fleet.pushTo(stream, pushes(3));
            assertThat(status("one").plannedBitsPerSecond()).isEqualTo(12_000_000);
            assertThat(status("one").destinations()).isEqualTo(3);
            one.hangUp(stream);
            fleet.pushTo(stream, pushes(5));
            one.sees(stream, format(1));
            assertThat(status("one").plannedBitsPerSecond()).isZero();
            assertThat(status("one").streams()).isZero();
            assertThat(status("one").destinations()).isZero();
        }

        @Test
        void whoHasNoRoomIsTurnedAwayWithoutBeingAskedForMoney() {
            one.publish("alice");
            var last = session(one.publish("bob"));
            assertThat(status("one").state()).isEqualTo(State.FULL);
            assertThat(status("one").detail()).isEqualTo("Its uplink is planned to the full.");
            assertThat(one.publish("carol"))
                    .isEqualTo(
                            new Admission.Refused(
                                    Refusal.UNAVAILABLE,
                                    "The relay host one has no room for another stream. Publish to the server that your settings show now."));
            assertThat(authority.asked).containsExactly("alice", "bob");
            assertThat(authority.turnedAway).containsExactly("carol");

            one.hangUp(last);
            assertThat(one.publish("carol")).isInstanceOf(Admission.Admitted.class);
        }

        @Test
        void theLastPlaceIsGivenOnceHoweverManyAskForItAtATime() {
            one.publish("alice");
            authority.pushes = pushes(1);
            one.publish("bob");
            authority.whileAsked = () -> assertThat(one.publish("dora")).isInstanceOf(Admission.Refused.class);
            assertThat(one.publish("carol")).isInstanceOf(Admission.Admitted.class);
            assertThat(status("one").plannedBitsPerSecond()).isEqualTo(24_000_000);
        }

        @Test
        void aStrangerWhoTriesKeysDoesNotMakeAHostLookFull() {
            one.publish("alice");
            authority.pushes = pushes(1);
            one.publish("bob");
            authority.refusing = true;
            authority.whileAsked = () -> assertThat(status("one").state()).isEqualTo(State.UP);
            one.publish("stranger");
            assertThat(changes()).isEmpty();
        }

        @Test
        void whatIsAddedOnAirIsNeverRefused() {
            var stream = session(one.publish("alice"));
            fleet.pushTo(stream, pushes(10));
            assertThat(status("one").plannedBitsPerSecond()).isEqualTo(60_000_000);
            assertThat(status("one").state()).isEqualTo(State.FULL);
            assertThat(one.pushes(stream)).hasSize(10);
        }

        @Test
        void whoIsRefusedOrFailsTakesNothing() {
            for (var i = 0; i < 20; i++) {
                authority.refusing = true;
                assertThat(one.publish("alice")).isInstanceOf(Admission.Refused.class);
                authority.refusing = false;
                authority.failing = true;
                assertThatThrownBy(() -> one.publish("alice")).hasMessage("The wallet does not answer.");
                authority.failing = false;
            }
            assertThat(status("one").state()).isEqualTo(State.UP);
            assertThat(one.publish("alice")).isInstanceOf(Admission.Admitted.class);
        }
    }

    private static StreamFormat format(long bitsPerSecond) {
        return new StreamFormat("H264", "AAC", 1280, 720, 30, bitsPerSecond, 0, null);
    }

    @Nested
    class Placement {

        @BeforeEach
        void open() {
            fleet.open(authority);
        }

        @Test
        void aUserIsSentToTheHostWithMostRoomAndStaysThere() {
            one.publish("carol");
            assertThat(hostOf(ALICE)).isEqualTo("two");
            two.publish("dora");
            two.publish("erna");
            assertThat(status("two").state()).isEqualTo(State.FULL);
            one.hangUp(one.sessions().get(0));
            assertThat(fleet.ingest().url()).hasToString("rtmp://one.test/live");
            assertThat(hostOf(BOB)).isEqualTo("one");
        }

        @Test
        void peopleWhoSetUpTheirEncodersWhileNothingRunsAreSpread() {
            var hosts = IntStream.range(0, 10)
                    .mapToObj(i -> hostOf(UserId.of("user" + i)))
                    .toList();
            assertThat(hosts).containsOnly("one", "two");
            assertThat(hosts.stream().filter("one"::equals)).hasSize(5);
        }

        @Test
        void aStandbyIsUsedWhereNoOtherHasRoom() {
            for (var relay : List.of(one, two)) {
                relay.publish("x");
                relay.publish("y");
            }
            assertThat(fleet.place(ALICE).ingest().url()).hasToString("rtmp://spare.test/live");
            spare.publish("z");
            spare.publish("alice");
            assertThat(hostOf(BOB))
                    .as("where nobody has room, not to the standby")
                    .isEqualTo("one");
        }

        @Test
        void whoseHostIsDownIsSentElsewhereAndToldSoUntilThePublishThere() {
            assertThat(hostOf(ALICE)).isEqualTo("one");
            assertThat(fleet.place(ALICE).move()).isNull();
            one.health(RelayHealth.down("nginx is gone."));
            looks(2);
            var place = fleet.place(ALICE);
            assertThat(place.host()).isEqualTo("two");
            assertThat(place.move()).isNotNull();
            assertThat(place.move().from().url()).hasToString("rtmp://one.test/live");
            assertThat(place.move().at()).isEqualTo(time.instant());
            assertThat(place.move().sentence())
                    .isEqualTo(
                            "The server rtmp://one.test/live does not work at present. Enter rtmp://two.test/live in your"
                                    + " encoder instead; your stream key stays the same.");
            one.health(RelayHealth.up());
            looks(2);
            assertThat(fleet.place(ALICE)).as("no hopping back").isEqualTo(place);
            two.publish("alice");
            assertThat(fleet.place(ALICE).move()).isNull();
            assertThat(hostOf(ALICE)).isEqualTo("two");
        }

        @Test
        void whoComesBackToWhereTheyWereIsToldNothing() {
            hostOf(ALICE);
            fleet.drain("one");
            assertThat(fleet.place(ALICE).move().sentence())
                    .isEqualTo(
                            "The server rtmp://one.test/live is in maintenance. Enter rtmp://two.test/live in your encoder"
                                    + " instead; your stream key stays the same.");
            fleet.undrain("one");
            fleet.drain("two");
            assertThat(fleet.place(ALICE).host()).isEqualTo("one");
            assertThat(fleet.place(ALICE).move()).isNull();
        }

        @Test
        void aFullHostKeepsWhoStreamsThereAndNobodyElse() {
            assertThat(hostOf(ALICE)).isEqualTo("one");
            one.publish("alice");
            assertThat(hostOf(BOB)).isEqualTo("two");
            fleet.drain("two");
            fleet.drain("spare");
            assertThat(hostOf(BOB)).isEqualTo("one");
            one.publish("carol");
            fleet.undrain("two");
            assertThat(status("one").state()).isEqualTo(State.FULL);
            assertThat(hostOf(ALICE)).isEqualTo("one");
            assertThat(fleet.place(BOB).host()).isEqualTo("two");
        }

        @Test
        void whoPublishesElsewhereBelongsThereFromThenOn() {
            assertThat(hostOf(ALICE)).isEqualTo("one");
            assertThat(two.publish("alice"))
                    .as("the key decides, not the address")
                    .isInstanceOf(Admission.Admitted.class);
            assertThat(hostOf(ALICE)).isEqualTo("two");
        }

        @Test
        void whereEverythingIsDownNobodyIsSentAbout() {
            assertThat(hostOf(ALICE)).isEqualTo("one");
            for (var relay : List.of(one, two, spare)) {
                relay.health(RelayHealth.down("The power is out."));
            }
            looks(2);
            assertThat(hostOf(ALICE)).isEqualTo("one");
            assertThat(fleet.place(ALICE).move()).isNull();
            fleet.drain("one");
            assertThat(hostOf(ALICE)).isEqualTo("one");
        }
    }

    @Nested
    class Draining {

        @BeforeEach
        void open() {
            fleet.open(authority);
            changes();
        }

        @Test
        void whatRunsGoesOnAndNobodyElseComesIn() {
            var stream = session(one.publish("alice"));
            assertThat(fleet.drain("one").state()).isEqualTo(State.DRAINING);
            assertThat(fleet.drain("one").detail()).isEqualTo("1 stream still runs.");
            assertThat(one.publish("bob"))
                    .isEqualTo(new Admission.Refused(
                            Refusal.UNAVAILABLE,
                            "The relay host one is in maintenance and takes no new streams. Publish to the server that your"
                                    + " settings show now."));
            assertThat(one.heartbeat(stream)).isTrue();
            assertThat(fleet.place(ALICE).move().sentence())
                    .isEqualTo(
                            "The server rtmp://one.test/live is in maintenance. Your stream there goes on; for the next one, enter"
                                    + " rtmp://two.test/live in your encoder instead; your stream key stays the same.");
            one.hangUp(stream);
            assertThat(fleet.place(ALICE).move().sentence())
                    .isEqualTo(
                            "The server rtmp://one.test/live is in maintenance. Enter rtmp://two.test/live in your encoder"
                                    + " instead; your stream key stays the same.");
            assertThat(status("one").state()).isEqualTo(State.DRAINED);
            assertThat(status("one").detail()).isEqualTo("Nothing runs on it any more.");
            assertThat(fleet.undrain("one").state()).isEqualTo(State.UP);
            assertThat(fleet.undrain("one").drain()).isNull();
            assertThat(one.publish("bob")).isInstanceOf(Admission.Admitted.class);
            assertThat(changes())
                    .containsExactly(
                            "The relay host one is draining: 1 stream still runs.",
                            "The relay host one is drained: Nothing runs on it any more.",
                            "The relay host one is up.");
        }

        @Test
        void whatStillRunsAtTheDeadlineIsStopped() {
            var stream = session(one.publish("alice"));
            var other = session(two.publish("bob"));
            var drained = fleet.drain("one", Duration.ofMinutes(10));
            assertThat(drained.detail()).isEqualTo("1 stream still runs, and is stopped at 2026-01-01T12:10:00Z.");
            time.advance(Duration.ofMinutes(10).minusMillis(1));
            assertThat(one.isPublishing(stream)).isTrue();
            time.advance(Duration.ofMillis(1));
            assertThat(one.isPublishing(stream)).isFalse();
            assertThat(authority.stopped).containsExactly(stream + ": the relay host one goes into maintenance");
            assertThat(two.isPublishing(other)).isTrue();
            assertThat(status("one").state()).isEqualTo(State.DRAINED);
        }

        @Test
        void aDeadlineCanBeMovedAndTakenBack() {
            var stream = session(one.publish("alice"));
            fleet.drain("one", Duration.ofMinutes(1));
            var begun = status("one").drain().since();
            time.advance(Duration.ofSeconds(30));
            fleet.drain("one", Duration.ofMinutes(1));
            time.advance(Duration.ofSeconds(45));
            assertThat(one.isPublishing(stream)).as("counted anew").isTrue();
            fleet.drain("one");
            time.advance(Duration.ofHours(1));
            assertThat(one.isPublishing(stream)).isTrue();
            assertThat(status("one").drain().since()).isEqualTo(begun);
            assertThat(status("one").drain().stopsAt()).isNull();
            fleet.drain("one", Duration.ofMinutes(1));
            fleet.undrain("one");
            time.advance(Duration.ofHours(1));
            assertThat(one.isPublishing(stream)).isTrue();
        }

        @Test
        void ofAHostThatIsDownItIsRemembered() {
            one.health(RelayHealth.down("It is rebooted."));
            looks(2);
            assertThat(fleet.drain("one").state()).isEqualTo(State.DOWN);
            assertThat(status("one").drain()).isNotNull();
            one.health(RelayHealth.up());
            looks(2);
            assertThat(status("one").state()).isEqualTo(State.DRAINED);
        }

        @Test
        void whatDoesNotFitIsRefusedInASentence() {
            assertThatThrownBy(() -> fleet.drain("relay9\n"))
                    .isInstanceOfSatisfying(
                            LivemeterException.class, e -> assertThat(e.code()).isEqualTo("relay_host.unknown"))
                    .hasMessage("There is no relay host called 'relay9?'; there are one, two, spare.");
            assertThatThrownBy(() -> fleet.undrain("relay9"))
                    .hasMessage("There is no relay host called 'relay9'; there are one, two, spare.");
            assertThatThrownBy(() -> fleet.drain("one", Duration.ofDays(8)))
                    .isInstanceOfSatisfying(
                            LivemeterException.class,
                            e -> assertThat(e.code()).isEqualTo("relay_host.malformed_deadline"))
                    .hasMessage(
                            "The streams of the relay host one are to be stopped after PT192H; expected zero to seven days.");
            assertThat(status("one").state()).isEqualTo(State.UP);
        }
    }

    @Nested
    class Resuming {

        private final InMemoryRelay before = InMemoryRelay.outliving("one.test", Duration.ofSeconds(15));
        private final InMemoryRelay beforeToo = InMemoryRelay.outliving("two.test", Duration.ofSeconds(15));

        private RelayFleet outliving(InMemoryRelay first, InMemoryRelay second) {
            return RelayFleet.builder()
                    .host("one", first, ROOM)
                    .host("two", second, ROOM)
                    .time(time)
                    .scheduler(time)
                    .executor(Runnable::run)
                    .build();
        }

        @Test
        void aStreamFromBeforeCountsEvenOnAFullOrDrainedHost() {
            var earlier = outliving(before, beforeToo);
            earlier.open(authority);
            var stream = session(before.publish("alice"));
            earlier.close();

            var one = before.successor();
            var later = outliving(one, beforeToo.successor());
            later.open(authority);
            one.publish("bob");
            one.publish("carol");
            later.drain("one");
            authority.resuming = stream;
            assertThat(one.showUp(stream, Duration.ofSeconds(9))).isInstanceOf(Admission.Admitted.class);
            assertThat(one.showUp(stream, Duration.ofSeconds(9)))
                    .as("asked again, as if the answer had been lost")
                    .isInstanceOf(Admission.Admitted.class);
            assertThat(later.place(ALICE).host()).isEqualTo("two");
            assertThat(later.place(ALICE).move().from().url())
                    .as("what the encoder is set to")
                    .hasToString("rtmp://one.test/live");
            assertThat(later.hosts().get(0).streams()).isEqualTo(3);
            assertThat(later.hosts().get(0).plannedBitsPerSecond()).isEqualTo(36_000_000);
            assertThat(authority.ended).isEmpty();
            later.disconnect(stream);
            assertThat(authority.ended).containsExactly(stream);
        }

        @Test
        void aSessionGoesOnAtOneHostAlone() {
            var earlier = outliving(before, beforeToo);
            earlier.open(authority);
            var stream = session(before.publish("alice"));
            var other = session(beforeToo.publish("alice"));
            earlier.close();

            var one = before.successor();
            var two = beforeToo.successor();
            var later = outliving(one, two);
            later.open(authority);
            authority.resuming = stream;
            assertThat(one.showUp(stream, Duration.ofSeconds(9))).isInstanceOf(Admission.Admitted.class);
            assertThat(two.showUp(other, Duration.ofSeconds(9)))
                    .isEqualTo(new Admission.Refused(
                            Refusal.OVER, "The session that this publisher had goes on at another relay host."));
            assertThat(later.hosts().get(1).streams()).isZero();
            assertThat(authority.ended).isEmpty();
        }
    }

    @Nested
    class TheRest {

        @Test
        void aFleetPassesOnWhatEveryHostCan() {
            two.objecting(target -> Optional.of("No TLS here."));
            assertThat(fleet.objectionTo(pushes(1).get(0).target())).contains("No TLS here.");
            assertThat(fleet.objectionTo(InetAddress.getLoopbackAddress(), 1935))
                    .contains(
                            "The server has a private or reserved address, and this relay passes streams on to public ones only.");
            assertThat(fleet.carries("H264")).isTrue();
            assertThat(fleet.carries("HEVC")).isFalse();
            assertThat(fleet.resumesWithin()).isZero();
            assertThat(fleet).hasToString("RelayFleet[one, two, spare]");
        }

        @Test
        void aHostIsNotLookedAtAfterTheEnd() {
            fleet.open(authority);
            fleet.close();
            changes();
            one.health(RelayHealth.down("Gone."));
            looks(5);
            assertThat(changes()).isEmpty();
        }
    }
}

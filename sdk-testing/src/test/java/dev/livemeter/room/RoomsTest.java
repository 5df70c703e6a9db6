package dev.livemeter.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.call.PeerNames;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.peer.PeerId;
import dev.livemeter.room.RoomAnswer.Done;
import dev.livemeter.room.RoomAnswer.Joined;
import dev.livemeter.room.RoomAnswer.PriceChanged;
import dev.livemeter.room.RoomAnswer.Reason;
import dev.livemeter.room.RoomAnswer.Refused;
import dev.livemeter.room.RoomAnswer.Ticketed;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.InMemoryPeers;
import dev.livemeter.testing.ManualTime;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bob's rooms, and who comes: Alice, Carol (a member), Dave (banned). Ten cents a second, one cent for spectators. */
final class RoomsTest {

    private static final Currency USD = Currency.getInstance("USD");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Tariff TARIFF = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.create(time);
    private final List<LiveEvent> events = new ArrayList<>();
    private final AtomicLong numbers = new AtomicLong();
    private final InMemoryPeers peers = InMemoryPeers.create();
    private UnaryOperator<SessionPolicy.Builder> credit = UnaryOperator.identity();
    private Livemeter live;

    @BeforeEach
    void start() {
        begin();
        for (var user : List.of("alice", "bob", "carol", "dave")) {
            comeIn(user);
            live.wallets().credit(user, usd("10.00"), "order-" + user);
        }
    }

    private void begin() {
        var policy = CallPolicy.builder(USD)
                .credit(credit.apply(SessionPolicy.builder(USD)
                                .minimumToStart(usd("1.00"))
                                .lowBalanceBelow(usd("0.50"))
                                .quota(Duration.ofSeconds(5))
                                .renewBefore(Duration.ofSeconds(2))
                                .settleEvery(SECOND))
                        .build())
                .members((viewer, broadcaster) -> viewer.equals(UserId.of("carol")))
                .meeting((viewer, broadcaster) -> viewer.equals(UserId.of("dave"))
                        ? Optional.of("You are banned from " + broadcaster + ".")
                        : Optional.empty())
                .build();
        live = Livemeter.builder()
                .wallet(books)
                .tariff(TARIFF)
                .calls(policy, peers)
                .listener(events::add)
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .build();
        peers.ask(live.calls().authority());
    }

    @AfterEach
    void close() {
        live.close();
        time.runDue();
        assertThat(books.ledger().verify().findings()).isEmpty();
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }

    private static PeerId peer(String user) {
        return PeerNames.of(UserId.of(user));
    }

    private void comeIn(String user) {
        assertThat(peers.connect(live.calls().token(user, ""))).isNull();
    }

    private Room open(RoomPlan plan) {
        return ((Done) live.rooms().open("bob", plan)).room();
    }

    private RoomAnswer join(String user, Room room) {
        var accepted = live.rooms().price(room).map(live.rooms()::reference).orElse("");
        return live.rooms().join(user, room.id(), "", accepted);
    }

    private Reason refused(RoomAnswer answer) {
        return ((Refused) answer).reason();
    }

    private void pass(Room room, int seconds, String... viewers) {
        var all = Set.of(viewers).stream().map(UserId::of).collect(Collectors.toSet());
        for (var i = 0; i < seconds; i++) {
            time.advance(SECOND);
            live.rooms().reportSent("bob", room.id(), all, numbers.incrementAndGet());
            for (var viewer : viewers) {
                live.rooms().report(viewer, room.id(), true, numbers.incrementAndGet());
            }
        }
        time.runDue();
    }

    private Participant participant(Room room, int number) {
        time.runDue();
        return live.rooms().participants("bob", room.id()).get(number);
    }

    private Money balance(String user) {
        return live.wallets().balance(user).orElseThrow().posted();
    }

    private Money earned() {
        return books.billing().earnings().accrued(UserId.of("bob"), USD);
    }

    @Test
    void aFreeRoomLetsViewersConnectAndChargesNobody() {
        var room = open(RoomPlan.now("Tea", RoomKind.FREE, 5));
        assertThat(peers.call(peer("alice"), peer("bob"))).isFalse();
        assertThat(join("alice", room)).isInstanceOf(Joined.class);
        assertThat(join("alice", room)).isInstanceOf(Joined.class);
        assertThat(peers.call(peer("alice"), peer("bob"))).isTrue();
        assertThat(peers.call(peer("alice"), peer("carol"))).isFalse();
        time.advance(Duration.ofHours(1));
        assertThat(live.rooms().status("alice", room.id()).orElseThrow().full()).isTrue();
        live.rooms().leave("alice", room.id());
        live.rooms().leave("alice", room.id());

        assertThat(participant(room, 0).isPresent()).isFalse();
        assertThat(participant(room, 0).why()).isEqualTo("alice hung up.");
        assertThat(peers.areConnected(peer("alice"), peer("bob"))).isFalse();
        assertThat(balance("alice")).isEqualTo(usd("10.00"));
        assertThat(live.rooms().find(room.id()).orElseThrow().present()).isZero();
        assertThat(events).extracting(LiveEvent::code).contains("room_open", "participant_joined", "participant_left");
    }

    @Test
    void eachViewerOfARoomByTheMinuteHasASessionOfTheirOwn() {
        var room = open(RoomPlan.now("Tea", RoomKind.METERED, 5));
        assertThat(live.rooms().join("alice", room.id(), "", "")).isInstanceOf(PriceChanged.class);
        join("alice", room);
        pass(room, 1, "alice");
        join("carol", room);
        pass(room, 10, "alice", "carol");
        live.rooms().leave("alice", room.id());
        pass(room, 5, "carol");
        live.rooms().close("bob", room.id());

        // The first report of each starts the meter: Alice at 1 s, Carol at 2 s.
        assertThat(participant(room, 0).cost()).isEqualTo(usd("1.00"));
        assertThat(participant(room, 1).cost()).isEqualTo(usd("1.40"));
        assertThat(participant(room, 1).watched()).isEqualTo(Duration.ofSeconds(14));
        assertThat(balance("carol")).isEqualTo(usd("8.60"));
        assertThat(earned()).isEqualTo(usd("1.68"));
        assertThat(live.sessions().running()).isEmpty();
    }

    @Test
    void spectatorsPayTheirOwnPrice() {
        live.tariffs()
                .publish(
                        TariffKey.of(Service.SPECTATOR, UserId.of("bob")),
                        Tariff.perMinute("USD", "0.60").in(Increment.SECONDS),
                        time.instant());
        time.advance(SECOND);
        var room = open(RoomPlan.now("Watch the call", RoomKind.SPECTATORS, 5));
        assertThat(live.rooms().price(room).orElseThrow().version()).isEqualTo("call.spectator/bob#1");
        join("alice", room);
        pass(room, 11, "alice");
        live.rooms().leave("alice", room.id());

        assertThat(participant(room, 0).cost()).isEqualTo(usd("0.10"));
    }

    @Test
    void aViewerWhoseMoneyEndsIsLedToThePageToPayInAndTheBroadcasterIsNot() {
        var page = URI.create("https://shop.example/coins");
        live.close();
        credit = rules -> rules.finalUnit(FinalUnitAction.REDIRECT).topUpPage(page);
        begin();
        comeIn("alice");
        comeIn("bob");
        var room = open(RoomPlan.now("Tea", RoomKind.METERED, 5));
        join("alice", room);
        pass(room, 2, "alice");
        assertThat(live.rooms().status("alice", room.id()).orElseThrow().topUpPage())
                .isNull();
        pass(room, 105, "alice");

        var alice = live.rooms().status("alice", room.id()).orElseThrow();
        assertThat(alice.full()).isFalse();
        assertThat(alice.topUpPage()).isEqualTo(page);
        assertThat(RoomWire.statuses(RoomWire.answer(List.of(alice)))).containsExactly(alice);
        assertThat(live.rooms().reportSent("bob", room.id(), Set.of(), numbers.incrementAndGet()))
                .singleElement()
                .extracting(ParticipantStatus::topUpPage)
                .isNull();
        live.wallets().credit("alice", usd("1.00"), "order-more");
        pass(room, 1, "alice");
        assertThat(live.rooms().status("alice", room.id()).orElseThrow().full()).isTrue();
    }

    @Test
    void thereAreNeverMoreViewersThanPlaces() {
        var room = open(RoomPlan.now("Small", RoomKind.METERED, 1));
        join("alice", room);
        assertThat(join("carol", room))
                .isEqualTo(new Refused(Reason.FULL, "All 1 places of the room are taken; try again later."));
        assertThat(live.wallets().balance("carol").orElseThrow().available()).isEqualTo(usd("10.00"));
        live.rooms().leave("alice", room.id());
        time.runDue();
        assertThat(join("carol", room)).isInstanceOf(Joined.class);
    }

    @Test
    void whoCannotPayLeavesThePlaceToOthers() {
        live.wallets()
                .debit(new dev.livemeter.wallet.DebitRequest(
                        new dev.livemeter.wallet.TransferId("x"),
                        UserId.of("alice"),
                        usd("9.50"),
                        "",
                        new dev.livemeter.wallet.Subject("x"),
                        null));
        var room = open(RoomPlan.now("Small", RoomKind.METERED, 1));
        assertThat(refused(join("alice", room))).isEqualTo(Reason.INSUFFICIENT_FUNDS);
        assertThat(join("carol", room)).isInstanceOf(Joined.class);
    }

    @Test
    void aTicketIsBoughtOnceAndLetsOneInAgain() {
        var room = open(RoomPlan.ticketed("Concert", 5, usd("4.00")));
        assertThat(join("alice", room)).isEqualTo(new Refused(Reason.NO_TICKET, "A ticket for 4.00 USD lets you in."));
        assertThat(live.rooms().buyTicket("alice", room.id())).isInstanceOf(Ticketed.class);
        assertThat(live.rooms().buyTicket("alice", room.id())).isInstanceOf(Ticketed.class);
        assertThat(balance("alice")).isEqualTo(usd("6.00"));
        assertThat(earned()).isEqualTo(usd("2.80"));
        assertThat(join("alice", room)).isInstanceOf(Joined.class);
        live.rooms().leave("alice", room.id());
        time.runDue();
        assertThat(join("alice", room)).isInstanceOf(Joined.class);
        time.advance(Duration.ofHours(2));
        assertThat(live.rooms().status("alice", room.id())).isPresent();
    }

    @Test
    void aTicketForADurationEndsAndAnotherOneMayBeBought() {
        var room = open(RoomPlan.ticketed("Concert", 5, usd("4.00")).ticketsLast(Duration.ofMinutes(30)));
        live.rooms().buyTicket("alice", room.id());
        time.advance(Duration.ofHours(1));
        join("alice", room);
        time.advance(Duration.ofMinutes(10));
        live.rooms().leave("alice", room.id());
        time.runDue();
        join("alice", room);
        assertThat(live.rooms().status("alice", room.id()).orElseThrow().timeLeft())
                .isEqualTo(Duration.ofMinutes(20));
        time.advance(Duration.ofMinutes(20));

        assertThat(live.rooms().status("alice", room.id())).isEmpty();
        assertThat(refused(join("alice", room))).isEqualTo(Reason.NO_TICKET);
        assertThat(live.rooms().buyTicket("alice", room.id())).isInstanceOf(Ticketed.class);
        assertThat(balance("alice")).isEqualTo(usd("2.00"));
        assertThat(join("alice", room)).isInstanceOf(Joined.class);
    }

    @Test
    void aTicketIsGivenBackByTheSplitThatTookIt() {
        var room = open(RoomPlan.ticketed("Concert", 5, usd("4.00")));
        live.rooms().buyTicket("alice", room.id());
        join("alice", room);
        live.rooms().refundTicket("bob", room.id(), "alice");
        live.rooms().refundTicket("bob", room.id(), "alice");

        assertThat(balance("alice")).isEqualTo(usd("10.00"));
        assertThat(live.rooms().status("alice", room.id())).isEmpty();
        assertThat(refused(join("alice", room))).isEqualTo(Reason.NO_TICKET);
        assertThat(live.rooms().buyTicket("alice", room.id())).isInstanceOf(Ticketed.class);
        assertThat(balance("alice")).isEqualTo(usd("6.00"));
    }

    @Test
    void aRoomThatNeverOpensGivesItsTicketsBack() {
        var room = open(RoomPlan.ticketed("Concert", 5, usd("4.00"))
                .startingAt(time.instant().plusSeconds(3600)));
        assertThat(room.state()).isEqualTo(RoomState.SCHEDULED);
        live.rooms().buyTicket("alice", room.id());
        assertThat(refused(join("alice", room))).isEqualTo(Reason.NOT_NOW);
        live.rooms().close("bob", room.id());

        assertThat(balance("alice")).isEqualTo(usd("10.00"));
        assertThat(refused(live.rooms().buyTicket("alice", room.id()))).isEqualTo(Reason.NOT_NOW);
    }

    @Test
    void membersOnlyIsForMembersOnly() {
        var room = open(RoomPlan.now("Club", RoomKind.MEMBERS, 5).shownTo(RoomVisibility.MEMBERS));
        assertThat(join("alice", room)).isEqualTo(new Refused(Reason.NOT_A_MEMBER, "This room is for members of bob."));
        assertThat(join("carol", room)).isInstanceOf(Joined.class);
        assertThat(live.rooms().listed("alice", RoomState.OPEN)).isEmpty();
        assertThat(live.rooms().listed("carol", RoomState.OPEN)).hasSize(1);
    }

    @Test
    void aRoomForMembersIsUnknownToOthersByItsBadgeAndByItsAddress() {
        var room = open(RoomPlan.now("Club", RoomKind.FREE, 5).shownTo(RoomVisibility.MEMBERS));
        var nothing = new LiveNow(UserId.of("bob"), LiveNow.State.PRESENT, null);
        assertThat(live.rooms().liveNow("bob")).isEqualTo(nothing);
        assertThat(live.rooms().liveNow("alice", "bob")).isEqualTo(nothing);
        assertThat(live.rooms().find("alice", room.id())).isEmpty();
        for (var knows : List.of("carol", "bob")) {
            assertThat(live.rooms().liveNow(knows, "bob"))
                    .isEqualTo(new LiveNow(UserId.of("bob"), LiveNow.State.LIVE_PUBLIC, room));
            assertThat(live.rooms().find(knows, room.id())).contains(room);
        }
    }

    @Test
    void anUnlistedRoomIsShownToWhoeverHasItsAddressAndToldToItsBroadcasterAlone() {
        var room = open(RoomPlan.now("Rehearsal", RoomKind.FREE, 5).shownTo(RoomVisibility.UNLISTED));
        assertThat(live.rooms().liveNow("bob").room()).isNull();
        assertThat(live.rooms().liveNow("carol", "bob").room()).isNull();
        assertThat(live.rooms().liveNow("bob", "bob").room()).isEqualTo(room);
        assertThat(live.rooms().listed("carol", RoomState.OPEN)).isEmpty();
        assertThat(live.rooms().find("alice", room.id())).contains(room);
    }

    @Test
    void aTicketForAMembersRoomIsSoldToMembersOnly() {
        var room = open(RoomPlan.ticketed("Concert", 5, usd("4.00")).shownTo(RoomVisibility.MEMBERS));
        assertThat(live.rooms().buyTicket("alice", room.id()))
                .isEqualTo(new Refused(Reason.NOT_A_MEMBER, "This room is for members of bob."));
        assertThat(balance("alice")).isEqualTo(usd("10.00"));
        assertThat(live.rooms().buyTicket("carol", room.id())).isInstanceOf(Ticketed.class);
    }

    @Test
    void whoIsBannedGetsNeitherAPlaceNorATicket() {
        var room = open(RoomPlan.ticketed("Concert", 5, usd("4.00")));
        assertThat(refused(live.rooms().buyTicket("dave", room.id()))).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(join("dave", room)).isEqualTo(new Refused(Reason.NOT_ALLOWED, "You are banned from bob."));
        assertThat(join("bob", room))
                .isEqualTo(new Refused(Reason.NOT_YOURS, "It is your own room; viewers come in here."));
    }

    @Test
    void oneRoomIsOpenAtATime() {
        var later = open(RoomPlan.now("Later", RoomKind.FREE, 5).startingAt(time.instant()));
        var room = open(RoomPlan.now("Tea", RoomKind.FREE, 5));
        assertThat(refused(live.rooms().open("bob", RoomPlan.now("Two", RoomKind.FREE, 5))))
                .isEqualTo(Reason.ALREADY_OPEN);
        assertThat(refused(live.rooms().start("bob", later.id()))).isEqualTo(Reason.ALREADY_OPEN);
        live.rooms().close("bob", room.id());
        assertThat(live.rooms().start("bob", later.id())).isInstanceOf(Done.class);
        assertThat(live.rooms().start("bob", later.id())).isInstanceOf(Done.class);
        assertThatThrownBy(() -> live.rooms().close("alice", later.id()))
                .hasMessage("There is no room " + later.id() + " of alice; look at the list.");
    }

    @Test
    void aPlanThatDoesNotFitIsToldInASentence() {
        assertThat(live.rooms().open("bob", RoomPlan.now(" ", RoomKind.FREE, 5)))
                .isEqualTo(new Refused(
                        Reason.UNFIT, "The title of the room does not fit; expected 1 to 120 characters of one line."));
        assertThat(live.rooms().open("bob", RoomPlan.now("Tea", RoomKind.FREE, 26)))
                .isEqualTo(new Refused(Reason.UNFIT, "The room is to hold 26 viewers; expected 1 to 25."));
        assertThat(live.rooms().open("bob", RoomPlan.now("Tea", RoomKind.TICKET, 5)))
                .isEqualTo(new Refused(
                        Reason.UNFIT,
                        "A room with tickets has a price for them, and no other room has; give both or neither."));
    }

    @Test
    void aBroadcasterWhoDoesNotComeBackClosesTheRoom() {
        var room = open(RoomPlan.now("Tea", RoomKind.METERED, 5));
        join("alice", room);
        pass(room, 3, "alice");
        peers.leave(peer("bob"), Departure.LOST);
        pass(room, 5, "alice");
        comeIn("bob");
        pass(room, 7, "alice");
        assertThat(live.rooms().find(room.id()).orElseThrow().state()).isEqualTo(RoomState.OPEN);
        peers.leave(peer("bob"), Departure.LOST);
        time.advance(Duration.ofSeconds(11));

        assertThat(live.rooms().find(room.id()).orElseThrow().state()).isEqualTo(RoomState.ENDED);
        assertThat(participant(room, 0).cost()).isEqualTo(usd("1.40"));
    }

    @Test
    void aRestartSettlesWhoWasInAndLetsThemComeAgain() {
        var room = open(RoomPlan.now("Tea", RoomKind.METERED, 1));
        join("alice", room);
        peers.call(peer("alice"), peer("bob"));
        pass(room, 6, "alice");
        time.dropTasks();
        begin();
        time.runDue();

        assertThat(peers.areConnected(peer("alice"), peer("bob"))).isFalse();
        // What was confirmed in the last second before the crash had not been stored.
        assertThat(participant(room, 0).cost()).isEqualTo(usd("0.40"));
        assertThat(live.rooms().find(room.id()).orElseThrow().present()).isZero();
        assertThat(join("alice", room)).isInstanceOf(Joined.class);
    }

    @Test
    void liveNowTellsWhatSomebodyDoes() {
        assertThat(live.rooms().liveNow("nobody").state()).isEqualTo(LiveNow.State.OFFLINE);
        assertThat(live.rooms().liveNow("bob").state()).isEqualTo(LiveNow.State.PRESENT);
        var room = open(RoomPlan.now("Tea", RoomKind.FREE, 5));
        assertThat(live.rooms().liveNow("bob").room()).isEqualTo(room);
        live.rooms().end(room.id(), "the house closes");
        assertThat(live.rooms().end(room.id(), "the house closes")).isFalse();
        var price = live.calls().price("alice", "bob", Duration.ofMinutes(1)).reference();
        live.calls().invite("alice", new dev.livemeter.call.Calls.Invitation("bob", price, Duration.ZERO, ""));
        // While it only rings, nobody has said that they want it.
        assertThat(live.rooms().liveNow("bob").state()).isEqualTo(LiveNow.State.PRESENT);
        var call = live.calls().current("bob").orElseThrow().call().id();
        live.calls().accept("bob", call, "");
        assertThat(live.rooms().liveNow("bob").state()).isEqualTo(LiveNow.State.LIVE_PRIVATE);
        assertThat(live.rooms().liveNow("alice").state()).isEqualTo(LiveNow.State.LIVE_PRIVATE);
        live.calls().hangUp("bob", call);
        time.runDue();
        assertThat(live.rooms().liveNow("bob").state()).isEqualTo(LiveNow.State.PRESENT);
    }

    /** Bob's client goes on to report that it sends to her. */
    private void fallsSilent(Room room, String viewer, int seconds) {
        for (var i = 0; i < seconds; i++) {
            time.advance(SECOND);
            live.rooms().reportSent("bob", room.id(), Set.of(UserId.of(viewer)), numbers.incrementAndGet());
        }
        time.runDue();
    }

    @Test
    void whoComesReportsOnceAndFallsSilentSeesThreeSecondsAndWaitsLongerEachTime() {
        var room = open(RoomPlan.now("Tea", RoomKind.METERED, 5));
        for (var wait : List.of(0, 10, 20, 40)) {
            assertThat(join("alice", room)).isInstanceOf(Joined.class);
            pass(room, 1, "alice");
            fallsSilent(room, "alice", 2);
            assertThat(live.rooms().status("alice", room.id()).orElseThrow().full())
                    .isTrue();
            fallsSilent(room, "alice", 1);
            assertThat(live.rooms().status("alice", room.id()).orElseThrow().full())
                    .isFalse();
            fallsSilent(room, "alice", 5);
            assertThat(live.rooms().status("alice", room.id())).isEmpty();
            if (wait > 0) {
                assertThat(join("alice", room))
                        .isEqualTo(new Refused(
                                Reason.NOT_NOW,
                                "You left this broadcaster's rooms more than once with seconds that you saw and did not pay; come in again in "
                                        + wait + " s."));
                time.advance(Duration.ofSeconds(wait - 1));
                assertThat(refused(join("alice", room))).isEqualTo(Reason.NOT_NOW);
                time.advance(SECOND);
            }
        }
        // Who leaves in time to be cut by nobody does not fare better; nobody else waits.
        join("alice", room);
        pass(room, 1, "alice");
        fallsSilent(room, "alice", 2);
        live.rooms().leave("alice", room.id());
        time.runDue();
        assertThat(refused(join("alice", room))).isEqualTo(Reason.NOT_NOW);
        assertThat(join("carol", room)).isInstanceOf(Joined.class);
        assertThat(balance("alice")).isEqualTo(usd("10.00"));
    }

    @Test
    void aNetworkThatBreaksOftenIsForgivenWhereMuchMoreWasPaid() {
        var room = open(RoomPlan.now("Tea", RoomKind.METERED, 5));
        for (var times = 0; times < 3; times++) {
            assertThat(join("alice", room)).isInstanceOf(Joined.class);
            pass(room, 31, "alice");
            fallsSilent(room, "alice", 8);
            assertThat(live.rooms().status("alice", room.id())).isEmpty();
        }
        assertThat(balance("alice")).isEqualTo(usd("1.00"));
        assertThat(join("alice", room)).isInstanceOf(Joined.class);
    }

    @Test
    void theSilenceOfTheBroadcasterIsNotTheViewersDebt() {
        var room = open(RoomPlan.now("Tea", RoomKind.METERED, 5));
        for (var times = 0; times < 3; times++) {
            assertThat(join("alice", room)).isInstanceOf(Joined.class);
            pass(room, 1, "alice");
            for (var i = 0; i < 8; i++) {
                time.advance(SECOND);
                live.rooms().report("alice", room.id(), true, numbers.incrementAndGet());
            }
            time.runDue();
            assertThat(live.rooms().status("alice", room.id())).isEmpty();
        }
        assertThat(join("alice", room)).isInstanceOf(Joined.class);
    }

    @Test
    void whoIsSentOutIsOut() {
        var room = open(RoomPlan.now("Tea", RoomKind.FREE, 5));
        join("alice", room);
        live.rooms().sendOut("bob", room.id(), "alice", "be kind");
        assertThat(participant(room, 0).why()).isEqualTo("It was ended by the operator: be kind.");
        join("alice", room);
        live.rooms().part("alice", "bob", "be kind");
        assertThat(live.rooms().status("alice", room.id())).isEmpty();
    }
}

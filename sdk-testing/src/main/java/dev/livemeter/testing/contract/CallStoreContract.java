package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.Call;
import dev.livemeter.call.CallEnd;
import dev.livemeter.call.CallId;
import dev.livemeter.call.CallState;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.Share;
import dev.livemeter.peer.PeerId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.CallStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link CallStore} keeps: the rules of {@code docs/contracts/call-store.md}. Extend it, supply a store, inherit the tests. */
@Timeout(180)
public abstract class CallStoreContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId OTHER_ALICE = UserId.of("Alice");
    private static final UserId BOB = UserId.of("bob");

    private CallStore store;

    /** For subclasses. */
    protected CallStoreContract() {}

    /** An empty store. Called before each test. */
    protected abstract CallStore create();

    @BeforeEach
    void start() {
        store = create();
    }

    private static Call call(String id, UserId caller, UserId callee, CallState state, int second) {
        var end = state == CallState.ENDED ? CallEnd.by(CallEnd.Cause.DECLINED, callee) : null;
        return call(id, caller, callee, state, second, null, end);
    }

    private static Call call(
            String id,
            UserId caller,
            UserId callee,
            CallState state,
            int second,
            @Nullable SessionId session,
            @Nullable CallEnd end) {
        return new Call(
                new CallId(id),
                caller,
                callee,
                PeerId.of("peer-1"),
                null,
                state,
                "",
                Share.percent("70"),
                Duration.ZERO,
                NOON.plusSeconds(second),
                null,
                null,
                end == null ? null : NOON.plusSeconds(second + 5),
                session,
                end,
                Duration.ZERO,
                Money.of("USD", "0.00"),
                Money.of("USD", "0.00"));
    }

    @Test
    @Rule("CAL-01")
    void aCallComesBackWhole() {
        var whole = new Call(
                new CallId("call-0001"),
                ALICE,
                BOB,
                PeerId.of("alice"),
                PeerId.of("bob-tab2"),
                CallState.ENDED,
                "call/bob#3",
                new Share(3_333),
                Duration.ofMinutes(10),
                NOON.plusMillis(1),
                NOON.plusMillis(1_002),
                NOON.plusMillis(2_003),
                NOON.plusMillis(65_004),
                new SessionId("session-1"),
                new CallEnd(CallEnd.Cause.STOPPED, ALICE, "rules of the 'house' \u4e2d\u6587"),
                Duration.ofNanos(62_123_456_789L),
                Money.ofMicros("EUR", 6_212_345),
                Money.ofMicros("EUR", 2_070_574));
        var bare = call("call-0002", ALICE, BOB, CallState.RINGING, 1);
        store.insert(whole);
        store.insert(bare);
        assertThat(store.find(whole.id())).contains(whole);
        assertThat(store.find(bare.id())).contains(bare);
        assertThat(store.find(new CallId("call-unknown"))).isEmpty();
    }

    @Test
    @Rule("CAL-02")
    void anIdIsTakenOnce() {
        var first = call("call-0001", ALICE, BOB, CallState.RINGING, 1);
        store.insert(first);
        assertThatThrownBy(() -> store.insert(call("call-0001", BOB, ALICE, CallState.RINGING, 2)))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("There is a call call-0001 already; give each an id of its own.")
                .extracting(thrown -> ((LivemeterException) thrown).code())
                .isEqualTo("store.duplicate");
        assertThat(store.find(first.id())).contains(first);
    }

    @Test
    @Rule("CAL-03")
    void whatIsOverStaysOver() {
        var rings = call("call-0001", ALICE, BOB, CallState.RINGING, 1);
        store.insert(rings);
        var over = call("call-0001", ALICE, BOB, CallState.ENDED, 1);
        assertThat(store.update(over)).isTrue();
        assertThat(store.update(rings)).isFalse();
        assertThat(store.find(rings.id())).contains(over);
        var settled = call("call-0001", ALICE, BOB, CallState.ENDED, 1, null, CallEnd.of(CallEnd.Cause.LOST));
        assertThat(store.update(settled)).isTrue();
        assertThat(store.find(rings.id())).contains(settled);
        assertThat(store.update(call("call-0002", ALICE, BOB, CallState.ENDED, 1)))
                .isFalse();
        assertThat(store.find(new CallId("call-0002"))).isEmpty();
    }

    @Test
    @Rule("CAL-04")
    void aCallIsFoundByItsSession() {
        var first = call("call-0001", ALICE, BOB, CallState.LIVE, 1, new SessionId("session-1"), null);
        store.insert(first);
        store.insert(call("call-0002", ALICE, BOB, CallState.LIVE, 1, new SessionId("session-2"), null));
        store.insert(call("call-0003", ALICE, BOB, CallState.RINGING, 1));
        assertThat(store.of(new SessionId("session-1"))).contains(first);
        assertThat(store.of(new SessionId("session-3"))).isEmpty();
    }

    @Test
    @Rule("CAL-05")
    void whatIsNotOverIsListedOldestFirst() {
        store.insert(call("call-0003", ALICE, BOB, CallState.LIVE, 3));
        store.insert(call("call-0002", ALICE, BOB, CallState.CONNECTING, 1));
        store.insert(call("call-0001", ALICE, BOB, CallState.RINGING, 1));
        store.insert(call("call-0004", ALICE, BOB, CallState.ENDED, 0));
        assertThat(open(10, null)).containsExactly("call-0001", "call-0002", "call-0003");
        assertThat(open(2, null)).containsExactly("call-0001", "call-0002");
    }

    private List<String> open(int limit, @Nullable String after) {
        return store.open(limit, after == null ? null : new CallId(after)).stream()
                .map(call -> call.id().value())
                .toList();
    }

    @Test
    @Rule("CAL-09")
    void whatIsNotOverIsListedPageByPage() {
        store.insert(call("call-0001", ALICE, BOB, CallState.RINGING, 1));
        store.insert(call("call-0002", ALICE, BOB, CallState.CONNECTING, 1));
        store.insert(call("call-0003", ALICE, BOB, CallState.LIVE, 1));
        store.insert(call("call-0000", ALICE, BOB, CallState.LIVE, 3));
        assertThat(open(2, "call-0001")).containsExactly("call-0002", "call-0003");
        assertThat(open(2, "call-0003")).containsExactly("call-0000");
        assertThat(open(2, "call-0000")).isEmpty();
        // It may be over when the next page is asked for.
        store.update(call("call-0002", ALICE, BOB, CallState.ENDED, 1));
        assertThat(open(9, "call-0002")).containsExactly("call-0003", "call-0000");
        assertThat(open(9, "call-0009")).isEmpty();
    }

    @Test
    @Rule("CAL-06")
    void theHistoryOfAUserHasBothSidesNewestFirst() {
        store.insert(call("call-0001", ALICE, BOB, CallState.ENDED, 1));
        store.insert(call("call-0002", BOB, ALICE, CallState.ENDED, 2));
        store.insert(call("call-0003", ALICE, BOB, CallState.RINGING, 2));
        store.insert(call("call-0004", OTHER_ALICE, BOB, CallState.ENDED, 3));
        assertThat(store.history(ALICE, 10, null))
                .extracting(call -> call.id().value())
                .containsExactly("call-0003", "call-0002", "call-0001");
        assertThat(store.history(BOB, 2, null))
                .extracting(call -> call.id().value())
                .containsExactly("call-0004", "call-0003");
        assertThat(store.history(ALICE, 10, new CallId("call-0003")))
                .extracting(call -> call.id().value())
                .containsExactly("call-0002", "call-0001");
        assertThat(store.history(ALICE, 10, new CallId("call-0009"))).isEmpty();
        assertThat(store.history(UserId.of("carol"), 10, null)).isEmpty();
    }

    @Test
    @Rule("CAL-07")
    void ofManyKeysTheFirstIsEverybodys() {
        var seen = new HashSet<>(Race.of(8, number -> store.tokenKey("v1.key" + number)));
        assertThat(seen).hasSize(1);
        assertThat(store.tokenKey("v1.late")).isEqualTo(seen.iterator().next());
    }

    @Test
    @Rule("CAL-08")
    void whatWasChargedStays() {
        store.insert(call("call-0001", ALICE, BOB, CallState.LIVE, 1));
        var unseen = call("call-0001", ALICE, BOB, CallState.ENDED, 1, null, CallEnd.of(CallEnd.Cause.LOST));
        assertThat(store.update(unseen)).isTrue();
        for (var figures : List.of(
                charged(unseen, Duration.ofSeconds(6), "0.60"), charged(unseen, Duration.ofSeconds(5), "0.00"))) {
            assertThat(store.update(figures)).isTrue();
            assertThat(store.update(unseen)).isFalse();
            assertThat(store.find(unseen.id())).contains(figures);
        }
    }

    private static Call charged(Call call, Duration talked, String cost) {
        return new Call(
                call.id(),
                call.caller(),
                call.callee(),
                call.callerPeer(),
                call.calleePeer(),
                call.state(),
                call.tariffVersion(),
                call.share(),
                call.agreed(),
                call.invitedAt(),
                call.acceptedAt(),
                call.liveAt(),
                call.endedAt(),
                call.session(),
                call.end(),
                talked,
                Money.of("USD", cost),
                call.share().of(Money.of("USD", cost)));
    }
}

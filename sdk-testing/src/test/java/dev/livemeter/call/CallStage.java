package dev.livemeter.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.peer.PeerId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.InMemoryPeers;
import dev.livemeter.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** Alice calls Bob at ten cents a second, sold by the second, of which Bob earns 70 %; both are there, and Alice has some money. */
final class CallStage implements AutoCloseable {

    static final Duration SECOND = Duration.ofSeconds(1);
    static final Tariff TARIFF = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);

    final ManualTime time = ManualTime.create();
    final InMemoryBooks books = InMemoryBooks.create(time);
    final List<LiveEvent> events = new ArrayList<>();
    private final AtomicLong numbers = new AtomicLong();
    private final CallPolicy policy;
    private final Tariff tariff;
    InMemoryPeers peers = InMemoryPeers.create();
    Livemeter live;

    CallStage() {
        this(rules -> rules, credit -> credit, TARIFF);
    }

    CallStage(UnaryOperator<CallPolicy.Builder> rules, UnaryOperator<SessionPolicy.Builder> credit, Tariff tariff) {
        this.tariff = tariff;
        policy = rules.apply(CallPolicy.builder(Currency.getInstance("USD"))
                        .credit(credit.apply(SessionPolicy.builder(Currency.getInstance("USD"))
                                        .minimumToStart(usd("1.00"))
                                        .lowBalanceBelow(usd("0.50"))
                                        .quota(Duration.ofSeconds(5))
                                        .renewBefore(Duration.ofSeconds(2))
                                        .settleEvery(SECOND))
                                .build()))
                .build();
        live = start();
        comeIn("alice");
        comeIn("bob");
    }

    private Livemeter start() {
        var begun = Livemeter.builder()
                .wallet(books)
                .tariff(tariff)
                .calls(policy, peers)
                .listener(events::add)
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .build();
        peers.ask(begun.calls().authority());
        time.runDue();
        return begun;
    }

    static Money usd(String amount) {
        return Money.of("USD", amount);
    }

    void comeIn(String user) {
        assertThat(peers.connect(live.calls().token(user, ""))).isNull();
    }

    void pay(String user, String amount) {
        live.wallets().credit(user, usd(amount), "order-" + numbers.incrementAndGet());
    }

    /** The process dies: nothing that it planned happens any more, and another one starts. Clients stay connected with each other. */
    void crash() {
        time.dropTasks();
        live = start();
    }

    String accepted(String caller, String callee) {
        return live.calls().price(caller, callee, Duration.ofMinutes(1)).reference();
    }

    InviteResult invite(Duration agreed) {
        return live.calls().invite("alice", new Calls.Invitation("bob", accepted("alice", "bob"), agreed, ""));
    }

    /** A call that rings. */
    CallId rings() {
        return ((InviteResult.Invited) invite(Duration.ZERO)).status().call().id();
    }

    /** A call that is accepted, and whose clients are connected. */
    CallId accepted(Duration agreed) {
        var id = ((InviteResult.Invited) invite(agreed)).status().call().id();
        assertThat(live.calls().accept("bob", id, "")).isInstanceOf(CallAnswer.Done.class);
        assertThat(peers.call(peer("alice"), peer("bob"))).isTrue();
        return id;
    }

    CallId accepted() {
        return accepted(Duration.ZERO);
    }

    /** A call whose meter runs since this moment. */
    CallId talks() {
        return talks(Duration.ZERO);
    }

    CallId talks(Duration agreed) {
        var id = accepted(agreed);
        flows(id, "alice", "bob");
        assertThat(stored(id).state()).isEqualTo(CallState.LIVE);
        return id;
    }

    /** These users' clients report that media flows. */
    void flows(CallId id, String... users) {
        for (var user : users) {
            live.calls().report(user, id, true, numbers.incrementAndGet());
        }
        time.runDue();
    }

    void stalls(CallId id, String user) {
        live.calls().report(user, id, false, numbers.incrementAndGet());
        time.runDue();
    }

    /** Time passes, and these users report at the end of each second. */
    void passes(CallId id, int seconds, String... users) {
        for (var i = 0; i < seconds; i++) {
            time.advance(SECOND);
            for (var user : users) {
                live.calls()
                        .status(user, id)
                        .filter(status -> !status.call().state().isOver())
                        .ifPresent(status -> live.calls().report(user, id, true, numbers.incrementAndGet()));
            }
        }
        time.runDue();
    }

    void goes(String user, Departure how) {
        peers.leave(peer(user), how);
    }

    Call stored(CallId id) {
        time.runDue();
        return live.calls().find(id).orElseThrow();
    }

    Money balance(String user) {
        return live.wallets().balance(user).orElseThrow().posted();
    }

    Money held(String user) {
        var balance = live.wallets().balance(user).orElseThrow();
        return balance.posted().minus(balance.available());
    }

    Money earned(String user) {
        return books.billing().earnings().accrued(UserId.of(user), Currency.getInstance("USD"));
    }

    static PeerId peer(String user) {
        return PeerNames.of(UserId.of(user));
    }

    <E extends LiveEvent> List<E> told(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** It is over for that reason, for so long and so much; both were told to hang up, nothing is held, and the books are proven. */
    void endedWith(CallId id, CallEnd.Cause cause, String seconds, String cost) {
        var call = stored(id);
        assertThat(call.state()).isEqualTo(CallState.ENDED);
        assertThat(Objects.requireNonNull(call.end()).cause()).isEqualTo(cause);
        assertThat(call.talked()).isEqualTo(Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1000)));
        assertThat(call.cost()).isEqualTo(usd(cost));
        assertThat(call.earned()).isEqualTo(call.share().of(usd(cost)));
        if (call.calleePeer() != null) {
            assertThat(peers.hangUps(peer("alice"), peer("bob"))).isPositive();
            assertThat(peers.areConnected(peer("alice"), peer("bob"))).isFalse();
            assertThat(live.calls().authority().mayCall(peer("alice"), peer("bob")))
                    .isFalse();
        }
        assertThat(live.sessions().running()).isEmpty();
        assertThat(live.calls().current("alice")).isEmpty();
        assertThat(live.calls().current("bob")).isEmpty();
        if (live.wallets().balance("alice").isPresent()) {
            assertThat(held("alice")).isEqualTo(usd("0.00"));
        }
        assertThat(books.ledger().verify().findings()).isEmpty();
    }

    Set<String> codes() {
        return events.stream().map(LiveEvent::code).collect(java.util.stream.Collectors.toSet());
    }

    @Override
    public void close() {
        live.close();
    }
}

package dev.livemeter.testing;

import dev.livemeter.Livemeter;
import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.account.StoredAccount;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.DestinationFactor;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.Storage;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Alice, who has an account on a platform in memory, and what a test asks of her streams. */
final class BroadcastStage {

    static final AccountId ACCOUNT = new AccountId("acc-alice");

    final ManualTime time = ManualTime.create();
    final InMemoryBooks books = InMemoryBooks.create(time);
    final InMemoryVideoPlatform youtube = InMemoryVideoPlatform.named("youtube");
    final FaultyBroadcasts faults = new FaultyBroadcasts(books.broadcasts().orElseThrow());

    /** What the application reaches {@link #youtube} by, from the next start on. */
    StreamProvider platform = youtube;

    final List<LiveEvent> events = new ArrayList<>();
    final String key;
    InMemoryRelay relay;
    Livemeter live;
    SessionId session = new SessionId("none-yet-00000001");
    private final AtomicLong ids = new AtomicLong();
    private final boolean faulty;
    private Duration sincePublished = Duration.ZERO;

    BroadcastStage(InMemoryRelay relay) {
        this(relay, false);
    }

    private BroadcastStage(InMemoryRelay relay, boolean faulty) {
        this.relay = relay;
        this.faulty = faulty;
        live = start();
        live.wallets().credit("alice", Money.of("USD", "1000.00"), "order-1");
        key = live.streamKeys().create("alice").reveal();
        connect(ACCOUNT, new PlatformIdentity("UC1", "Alice"));
    }

    /** One whose broadcasts are kept as badly as a test wants. */
    static BroadcastStage withFaults(InMemoryRelay relay) {
        return new BroadcastStage(relay, true);
    }

    /** Alice connects an account. */
    void connect(AccountId id, PlatformIdentity who) {
        books.accounts()
                .orElseThrow()
                .insert(new StoredAccount(
                        new PlatformAccount(
                                id,
                                UserId.of("alice"),
                                "youtube",
                                who,
                                Set.of(),
                                PlatformAccount.State.CONNECTED,
                                "",
                                Instant.EPOCH),
                        "sealed",
                        time.instant(),
                        null,
                        1));
    }

    private Storage storage() {
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(),
                new Class<?>[] {Storage.class},
                (proxy, method, arguments) ->
                        method.getName().equals("broadcasts") ? Optional.of(faults) : method.invoke(books, arguments));
    }

    Livemeter start() {
        var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS).withFactors(DestinationFactor.of(2, "2"));
        return Livemeter.builder()
                .wallet(books)
                .storage(faulty ? storage() : books)
                .relay(relay)
                .provider(InMemoryStreamProvider.named("twitch"))
                .provider(platform)
                .tariff(tariff)
                .policy(SessionPolicy.builder(tariff.currency())
                        .minimumToStart(Money.of("USD", "1.00"))
                        .quota(Duration.ofSeconds(5))
                        .renewBefore(Duration.ofSeconds(2))
                        .settleEvery(Duration.ofSeconds(1))
                        .maxDuration(Duration.ZERO)
                        .build())
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .ids(() -> "id" + String.format("%08d", ids.incrementAndGet()))
                .listener(events::add)
                .build();
    }

    /** A destination by stream key. */
    DestinationId key(String name) {
        return live.destinations()
                .add("alice", Destination.twitch("live_" + name).named(name))
                .id();
    }

    /** A destination by Alice's account. */
    DestinationId account(String name) {
        return live.destinations()
                .add("alice", Destination.account("youtube", name, ACCOUNT))
                .id();
    }

    void rename(DestinationId id, String name) {
        live.destinations().change("alice", id, Destination.account("youtube", name, ACCOUNT));
    }

    void publish() {
        session = ((Admission.Admitted) relay.publish(key)).session();
        sincePublished = Duration.ZERO;
        relay.heartbeat();
    }

    /** Alice is live at a new destination of that name, and at those that she had. */
    DestinationId goLive(String name) {
        var destination = account(name);
        publish();
        pass(1);
        relay.connectDestinations(session);
        youtube.get(destination);
        pass(3);
        return destination;
    }

    void pass(int seconds) {
        for (var second = 0; second < seconds; second++) {
            time.advance(Duration.ofSeconds(1));
            sincePublished = sincePublished.plusSeconds(1);
            relay.heartbeat();
        }
    }

    void hangUp() {
        relay.hangUp(session);
        time.runDue();
    }

    /** The process is gone without a word, and with it all that was scheduled. */
    void crash() {
        time.dropTasks();
        relay = relay.successor();
    }

    void restart() {
        live = start();
        time.runDue();
    }

    /** The publisher, whom the relay kept, gives a sign of life. */
    Admission showUp() {
        return relay.showUp(session, sincePublished);
    }

    void spend(String amount) {
        live.wallets()
                .debit(new DebitRequest(
                        new TransferId("spend-1"),
                        UserId.of("alice"),
                        Money.of("USD", "1000.00").minus(Money.of("USD", amount)),
                        "spent",
                        new Subject("spent"),
                        null));
    }

    void withoutMoney() {
        spend("0.10");
    }

    SessionStatus running() {
        return live.sessions().running("alice").get(0);
    }

    Session stored() {
        return live.sessions().find(session).orElseThrow();
    }

    DestinationStatus status(DestinationId id) {
        return running().destinations().stream()
                .filter(status -> status.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    List<DestinationId> passedOn() {
        return relay.pushes(session).stream().map(push -> push.destination()).toList();
    }

    List<String> told(Class<? extends LiveEvent> type) {
        return events.stream().filter(type::isInstance).map(LiveEvent::sentence).toList();
    }
}

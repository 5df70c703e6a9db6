package dev.livemeter.testing;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.spi.DeliveryStore;
import dev.livemeter.spi.DestinationStore;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.PublishRequest;
import dev.livemeter.spi.RelayController;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Storage;
import dev.livemeter.spi.StreamKeyStore;
import dev.livemeter.spi.TariffStore;
import dev.livemeter.spi.Wallet;
import dev.livemeter.wallet.WalletBalance;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * A whole Livemeter in memory, on time that stands still: ten cents a second, sold by the second. Alice has a key and a destination. The relay
 * is the test itself, which says when publishers come, live and go.
 */
final class Stage {

    final ManualTime time = ManualTime.create();
    final InMemoryBooks books = InMemoryBooks.create(time);
    final Storage storage;
    final InMemoryStreamProvider twitch = InMemoryStreamProvider.named("twitch");
    final List<LiveEvent> events = new ArrayList<>();
    final List<SessionId> cut = new ArrayList<>();
    final AtomicLong ids = new AtomicLong();
    boolean relayConfirmsAtOnce = true;
    RelayAuthority authority;
    Livemeter live;
    Secret key;

    /** Whether the wallet and the sessions of a stage are settled in one transaction, or one after the other. */
    enum Settling {
        TOGETHER,
        STEPWISE
    }

    private Stage(Settling settling) {
        // The same stores under another name hide from the builder that they lie with the books.
        this.storage = settling == Settling.TOGETHER ? books : new Apart(books);
    }

    static Stage with(
            Settling settling,
            String credit,
            UnaryOperator<SessionPolicy.Builder> rules,
            UnaryOperator<Wallet> around) {
        var stage = new Stage(settling);
        stage.start(rules, around);
        stage.live.wallets().credit("alice", usd(credit), "order-1");
        stage.live.destinations().add("alice", Destination.twitch("live_123_abc"));
        stage.key = Secret.of(stage.live.streamKeys().create("alice").reveal());
        stage.events.clear();
        return stage;
    }

    /** A new process on the same books, as after a crash. */
    void restart() {
        time.dropTasks();
        start(rules -> rules, wallet -> wallet);
    }

    private void start(UnaryOperator<SessionPolicy.Builder> rules, UnaryOperator<Wallet> around) {
        var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
        live = Livemeter.builder()
                .wallet(around.apply(books))
                .storage(storage)
                .relay(new TestRelay())
                .provider(twitch)
                .tariff(tariff)
                .policy(rules.apply(SessionPolicy.builder(tariff.currency())
                                .minimumToStart(usd("1.00"))
                                .lowBalanceBelow(usd("0.60"))
                                .quota(Duration.ofSeconds(5))
                                .renewBefore(Duration.ofSeconds(2))
                                .settleEvery(Duration.ofSeconds(1)))
                        .build())
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .ids(() -> "id" + String.format("%08d", ids.incrementAndGet()))
                .listener(events::add)
                .build();
    }

    static Money usd(String amount) {
        return Money.of("USD", amount);
    }

    Admission publish() {
        return publish(key, "192.0.2.7");
    }

    Admission publish(Secret with, String from) {
        return authority.publish(new PublishRequest(with, from));
    }

    /** One more key of Alice's. */
    Secret anotherKey() {
        return Secret.of(live.streamKeys().create("alice").reveal());
    }

    /** Publishes, and has the first destination take the stream. */
    SessionId goLive() {
        return goLive(key, "192.0.2.7");
    }

    SessionId goLive(Secret with, String from) {
        var admitted = (Admission.Admitted) publish(with, from);
        authority.destinationChanged(
                admitted.session(), admitted.pushes().get(0).destination(), DestinationStatus.State.LIVE, "");
        return admitted.session();
    }

    /** Lets time pass with a heartbeat at the end of each step. */
    void streamFor(SessionId session, Duration span, Duration step) {
        for (var passed = Duration.ZERO; passed.compareTo(span) < 0; passed = passed.plus(step)) {
            time.advance(step);
            if (!authority.alive(session)) {
                return;
            }
        }
    }

    void streamFor(SessionId session, Duration span) {
        streamFor(session, span, Duration.ofMillis(100));
    }

    void hangUp(SessionId session) {
        authority.ended(session, EndCause.LEFT);
    }

    Session stored(SessionId session) {
        return live.sessions().find(session).orElseThrow();
    }

    Optional<SessionStatus> status() {
        return live.sessions().running("alice").stream().findFirst();
    }

    Money posted() {
        return balance().posted();
    }

    WalletBalance balance() {
        return live.wallets().balance("alice").orElseThrow();
    }

    <E extends LiveEvent> List<E> told(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private final class TestRelay implements RelayController {

        @Override
        public Ingest open(RelayAuthority who) {
            authority = Objects.requireNonNull(who);
            return new Ingest(URI.create("rtmp://127.0.0.1/live"));
        }

        @Override
        public void disconnect(SessionId session) {
            cut.add(session);
            if (relayConfirmsAtOnce) {
                authority.ended(session, EndCause.LEFT);
            }
        }

        @Override
        public void pushTo(SessionId session, List<RelayAuthority.Push> pushes) {}

        @Override
        public void retryNow(SessionId session, DestinationId destination) {}

        @Override
        public Optional<String> objectionTo(PushTarget target) {
            return target.key().reveal().length() > 100
                    ? Optional.of("The key is too long for this relay.")
                    : Optional.empty();
        }

        @Override
        public void close() {}
    }

    private record Apart(Storage stores) implements Storage {
        @Override
        public SessionStore sessions() {
            return stores.sessions();
        }

        @Override
        public StreamKeyStore streamKeys() {
            return stores.streamKeys();
        }

        @Override
        public TariffStore tariffs() {
            return stores.tariffs();
        }

        @Override
        public DeliveryStore deliveries() {
            return stores.deliveries();
        }

        @Override
        public DestinationStore destinations() {
            return stores.destinations();
        }

        @Override
        public Optional<SecretCipher> cipher() {
            return stores.cipher();
        }

        @Override
        public boolean isExclusive() {
            return true;
        }
    }
}

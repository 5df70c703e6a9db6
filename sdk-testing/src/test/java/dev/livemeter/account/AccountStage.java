package dev.livemeter.account;

import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.AccountStore;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.testing.InMemoryPlatform;
import dev.livemeter.testing.InMemoryStorage;
import dev.livemeter.testing.InMemoryStreamProvider;
import dev.livemeter.testing.ManualTime;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** Nodes that share one store, a platform where Alice has a channel, and one that knows no accounts. */
final class AccountStage {

    static final URI HERE = URI.create("https://host.example/connected");
    static final PlatformIdentity CHANNEL = new PlatformIdentity("UC1", "Alice's channel");

    final ManualTime time = ManualTime.create();
    final InMemoryPlatform youtube = InMemoryPlatform.named("youtube", time);
    final InMemoryStorage storage = InMemoryStorage.shared();
    final AccountStore store = storage.accounts().orElseThrow();
    final SecretCipher cipher = storage.cipher().orElseThrow();
    final List<LiveEvent> events = new CopyOnWriteArrayList<>();
    final AtomicLong ids = new AtomicLong();
    final Accounts accounts = node();

    /** One more node. */
    Accounts node() {
        return node(store);
    }

    Accounts node(AccountStore over) {
        return node(over, (owner, account) -> {});
    }

    /** One more node, where somebody wants to know which account is about to be disconnected. */
    Accounts node(BiConsumer<UserId, AccountId> leaving) {
        return node(store, leaving);
    }

    private Accounts node(AccountStore over, BiConsumer<UserId, AccountId> leaving) {
        var told = new Events(Runnable::run);
        told.subscribe(events::add);
        var providers =
                Map.<String, StreamProvider>of("youtube", youtube, "custom", InMemoryStreamProvider.named("custom"));
        return Accounts.with(
                new AccountParts(
                        AccountPolicy.returningTo(HERE.toString()),
                        providers,
                        over,
                        cipher,
                        time,
                        time,
                        () -> "id" + String.format("%06d", ids.incrementAndGet()),
                        new Random(7),
                        told),
                leaving);
    }

    /** Alice connects her channel, or connects it again. */
    PlatformAccount connect() {
        return connect("alice", CHANNEL);
    }

    PlatformAccount connect(String user, PlatformIdentity who) {
        var back = InMemoryPlatform.query(youtube.allow(accounts.begin(user, "youtube", HERE), who));
        return accounts.complete(user, back.getOrDefault("state", ""), back.getOrDefault("code", ""));
    }

    StoredAccount stored(AccountId id) {
        return store.find(id).orElseThrow();
    }

    AccountTokens tokens(AccountId id) {
        return new AccountVault(store, cipher).find(id).orElseThrow().tokens();
    }

    List<String> told() {
        return events.stream().map(LiveEvent::code).toList();
    }

    void pass(Duration span) {
        time.advance(span);
    }
}

package dev.livemeter.testing;

import dev.livemeter.billing.SettlementStore;
import dev.livemeter.secret.AesGcmSecretCipher;
import dev.livemeter.session.Session;
import dev.livemeter.spi.AccountStore;
import dev.livemeter.spi.BanStore;
import dev.livemeter.spi.BroadcastStore;
import dev.livemeter.spi.CallStore;
import dev.livemeter.spi.ChatStore;
import dev.livemeter.spi.DeliveryStore;
import dev.livemeter.spi.DestinationStore;
import dev.livemeter.spi.QuotaStore;
import dev.livemeter.spi.RecordingStore;
import dev.livemeter.spi.RoomStore;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Storage;
import dev.livemeter.spi.StreamKeyStore;
import dev.livemeter.spi.TariffStore;
import dev.livemeter.spi.ThumbnailStore;
import java.util.List;
import java.util.Optional;

/** All stores in memory, for tests. Thread-safe. */
public final class InMemoryStorage implements Storage {

    private final InMemorySessionStore sessions = new InMemorySessionStore();
    private final DeliveryStore deliveries =
            new InMemoryDeliveryStore(id -> sessions.find(id).isPresent());
    private final RecordingStore recordings = new InMemoryRecordingStore();
    private final CallStore calls = new InMemoryCallStore();
    private final RoomStore rooms = new InMemoryRoomStore();
    private final ChatStore chats = new InMemoryChatStore();
    private final AccountStore accounts = new InMemoryAccountStore();
    private final BanStore bans = new InMemoryBanStore();
    private final BroadcastStore broadcasts = new InMemoryBroadcastStore();
    private final ThumbnailStore thumbnails = new InMemoryThumbnailStore();
    private final QuotaStore quotas = new InMemoryQuotaStore();
    private final StreamKeyStore streamKeys = new InMemoryStreamKeyStore();
    private final TariffStore tariffs = InMemoryTariffStore.create();
    private final DestinationStore destinations = new InMemoryDestinationStore();
    // A key of zeros hides nothing; it is there so that code under test seals and opens as it will in production.
    private final SecretCipher cipher = AesGcmSecretCipher.withKey(new byte[32]);

    private final boolean exclusive;

    private InMemoryStorage(boolean exclusive) {
        this.exclusive = exclusive;
    }

    /** Empty stores of one process, as with an embedded database. */
    public static InMemoryStorage create() {
        return new InMemoryStorage(true);
    }

    /** Empty stores that several nodes share, as with a database server. */
    public static InMemoryStorage shared() {
        return new InMemoryStorage(false);
    }

    /** Where books in memory and these sessions are settled together. */
    public SettlementStore settlements(InMemoryLedgerStore books) {
        return new InMemorySettlementStore(books, sessions);
    }

    List<Session> sessionsThatAreOver() {
        return sessions.over();
    }

    @Override
    public boolean isExclusive() {
        return exclusive;
    }

    @Override
    public SessionStore sessions() {
        return sessions;
    }

    @Override
    public DeliveryStore deliveries() {
        return deliveries;
    }

    @Override
    public Optional<RecordingStore> recordings() {
        return Optional.of(recordings);
    }

    @Override
    public Optional<CallStore> calls() {
        return Optional.of(calls);
    }

    @Override
    public Optional<RoomStore> rooms() {
        return Optional.of(rooms);
    }

    @Override
    public Optional<ChatStore> chats() {
        return Optional.of(chats);
    }

    @Override
    public Optional<AccountStore> accounts() {
        return Optional.of(accounts);
    }

    @Override
    public Optional<BroadcastStore> broadcasts() {
        return Optional.of(broadcasts);
    }

    @Override
    public Optional<BanStore> bans() {
        return Optional.of(bans);
    }

    @Override
    public Optional<ThumbnailStore> thumbnails() {
        return Optional.of(thumbnails);
    }

    @Override
    public Optional<QuotaStore> quotas() {
        return Optional.of(quotas);
    }

    @Override
    public StreamKeyStore streamKeys() {
        return streamKeys;
    }

    @Override
    public TariffStore tariffs() {
        return tariffs;
    }

    @Override
    public DestinationStore destinations() {
        return destinations;
    }

    /** Seals with a fixed key that everybody knows: right for tests, and for nothing else. */
    @Override
    public Optional<SecretCipher> cipher() {
        return Optional.of(cipher);
    }
}

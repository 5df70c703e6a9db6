package dev.livemeter.spi;

import java.util.Optional;

/**
 * The stores that one database offers. A {@link Wallet} that keeps its books in a database can implement this too; then the one line
 * {@code .wallet(...)} of the builder serves both.
 */
public interface Storage {

    SessionStore sessions();

    StreamKeyStore streamKeys();

    DestinationStore destinations();

    TariffStore tariffs();

    /** How destinations fared; a storage that keeps nothing of it forgets it. */
    default DeliveryStore deliveries() {
        return DeliveryStore.forgetful();
    }

    /** What is known of recordings; empty where this storage keeps none, and then no stream can be recorded. */
    default Optional<RecordingStore> recordings() {
        return Optional.empty();
    }

    /** Broadcasts on platforms and what streams are called; empty where this storage keeps none, and then no platform is asked to show a stream. */
    default Optional<BroadcastStore> broadcasts() {
        return Optional.empty();
    }

    /** What is known of calls; empty where this storage keeps none, and then nobody can be called. */
    default Optional<CallStore> calls() {
        return Optional.empty();
    }

    /** What is known of rooms; empty where this storage keeps none, and then there are none. */
    default Optional<RoomStore> rooms() {
        return Optional.empty();
    }

    /** What is said in chats; empty where this storage keeps none, and then there is no chat. */
    default Optional<ChatStore> chats() {
        return Optional.empty();
    }

    /** Who was sent away; empty where this storage keeps none, and then nobody can be banned. */
    default Optional<BanStore> bans() {
        return Optional.empty();
    }

    /** The accounts that people connected; empty where this storage keeps none, and then nobody can connect one. */
    default Optional<AccountStore> accounts() {
        return Optional.empty();
    }

    /** What streams looked like; empty where this storage keeps nothing of it, and then no stream has a thumbnail. */
    default Optional<ThumbnailStore> thumbnails() {
        return Optional.empty();
    }

    /** What is used of the quotas of platforms; empty where this storage counts nothing, and then each process counts for itself. */
    default Optional<QuotaStore> quotas() {
        return Optional.empty();
    }

    /**
     * The cipher to seal secrets with where the host gives none: a key kept beside an embedded database, say. Empty where the
     * host must decide.
     */
    Optional<SecretCipher> cipher();

    /**
     * Whether no other process can use these stores at the same time, as with an embedded database: what an earlier process left open can then be
     * closed at once, without waiting for its lease to end.
     */
    default boolean isExclusive() {
        return false;
    }
}

package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StoredStreamKey;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.spi.StreamKeyStore;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link StreamKeyStore} keeps: the rules of {@code docs/contracts/stream-key-store.md}. Extend it, supply a store, inherit the
 * tests.
 */
@Timeout(180)
public abstract class StreamKeyStoreContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");

    private StreamKeyStore store;

    /** For subclasses. */
    protected StreamKeyStoreContract() {}

    /** An empty store. Called before each test. */
    protected abstract StreamKeyStore create();

    @BeforeEach
    void start() {
        store = create();
    }

    @Nested
    class Inserting {

        @Test
        @Rule("KEY-01")
        void findsAKeyByItsHash() {
            var key = key("k1", ALICE, 'a', NOON);
            store.insert(key);

            assertThat(store.findByHash(key.hash())).contains(key);
            assertThat(store.findByHash("b".repeat(64))).isEmpty();
        }

        @Test
        @Rule("KEY-02")
        void refusesAnIdOrAHashTwice() {
            store.insert(key("k1", ALICE, 'a', NOON));

            for (var other : List.of(key("k1", BOB, 'b', NOON), key("k2", BOB, 'a', NOON))) {
                assertThatThrownBy(() -> store.insert(other))
                        .isInstanceOfSatisfying(
                                LivemeterException.class,
                                e -> assertThat(e.code()).isEqualTo("store.duplicate"));
            }
            assertThat(store.of(BOB)).isEmpty();
            assertThat(store.findByHash("a".repeat(64))).contains(key("k1", ALICE, 'a', NOON));
        }
    }

    @Nested
    class Listing {

        @Test
        @Rule("KEY-03")
        void showsTheKeysOfAUserNewestFirst() {
            store.insert(key("k1", ALICE, 'a', NOON));
            store.insert(key("k3", ALICE, 'c', NOON.plusSeconds(1)));
            store.insert(key("k2", ALICE, 'b', NOON.plusSeconds(1)));
            store.insert(key("k4", BOB, 'd', NOON));

            assertThat(store.of(ALICE)).extracting(key -> key.id().value()).containsExactly("k3", "k2", "k1");
        }
    }

    @Nested
    class Revoking {

        @Test
        @Rule("KEY-04")
        void marksTheKeyAndKeepsTheFirstMoment() {
            store.insert(key("k1", ALICE, 'a', NOON));

            var revoked = store.revoke(ALICE, new StreamKeyId("k1"), NOON.plusSeconds(5))
                    .orElseThrow();

            assertThat(revoked.isGood()).isFalse();
            assertThat(revoked.revokedAt()).isEqualTo(NOON.plusSeconds(5));
            assertThat(store.findByHash(revoked.hash())).contains(revoked);
            assertThat(store.revoke(ALICE, new StreamKeyId("k1"), NOON.plusSeconds(9)))
                    .contains(revoked);
        }

        @Test
        @Rule("KEY-05")
        void touchesNobodyElsesKey() {
            store.insert(key("k1", ALICE, 'a', NOON));

            assertThat(store.revoke(BOB, new StreamKeyId("k1"), NOON)).isEmpty();
            assertThat(store.revoke(ALICE, new StreamKeyId("unknown"), NOON)).isEmpty();
            assertThat(store.findByHash("a".repeat(64)).orElseThrow().isGood()).isTrue();
        }

        @Test
        @Rule("KEY-06")
        void givesAllThatRaceTheSameAnswer() {
            store.insert(key("k1", ALICE, 'a', NOON));

            var answers = Race.of(16, number -> store.revoke(ALICE, new StreamKeyId("k1"), NOON.plusSeconds(number)));

            assertThat(new HashSet<>(answers)).hasSize(1);
            assertThat(answers.get(0)).isPresent();
        }
    }

    private static StoredStreamKey key(String id, UserId owner, char hash, Instant createdAt) {
        return new StoredStreamKey(
                new StreamKeyId(id), owner, String.valueOf(hash).repeat(64), "x7k2", createdAt, null);
    }
}

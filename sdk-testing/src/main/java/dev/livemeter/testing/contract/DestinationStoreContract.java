package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.StoredDestination;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.DestinationStore;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link DestinationStore} keeps: the rules of {@code docs/contracts/destination-store.md}. Extend it, supply a store, inherit
 * the tests.
 */
@Timeout(180)
public abstract class DestinationStoreContract {

    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");

    private DestinationStore store;

    /** For subclasses. */
    protected DestinationStoreContract() {}

    /** An empty store. Called before each test. */
    protected abstract DestinationStore create();

    @BeforeEach
    void start() {
        store = create();
    }

    @Nested
    class Inserting {

        @Test
        @Rule("DST-01")
        void givesADestinationBackWithItsPlaceAtTheEnd() {
            var custom = new StoredDestination(
                    new DestinationId("d1"),
                    ALICE,
                    "custom",
                    "Mein Server, 'laut' \u4e2d",
                    URI.create("rtmp://host.example:1935/app"),
                    "v1." + "A".repeat(1_000),
                    null,
                    false,
                    99);

            var stored = store.insert(custom, 10).orElseThrow();

            assertThat(stored).isEqualTo(custom.at(0));
            assertThat(insert("d2", ALICE)).contains(destination("d2", ALICE).at(1));
            assertThat(insert("d3", BOB)).contains(destination("d3", BOB).at(0));
            assertThat(store.of(ALICE))
                    .containsExactly(stored, destination("d2", ALICE).at(1));
        }

        @Test
        @Rule("DST-08")
        void keepsAnAccountInsteadOfAKeyAndTheOtherWayRound() {
            var byAccount = byAccount("d1", "acc-1");
            store.insert(byAccount, 10);
            insert("d2", ALICE);
            assertThat(store.of(ALICE))
                    .containsExactly(byAccount, destination("d2", ALICE).at(1));

            store.update(destination("d1", ALICE));
            store.update(byAccount("d2", "acc-2"));

            assertThat(store.of(ALICE))
                    .containsExactly(
                            destination("d1", ALICE), byAccount("d2", "acc-2").at(1));
        }

        @Test
        @Rule("DST-02")
        void refusesAnIdTwiceEvenWhereTheListIsFull() {
            insert("d1", ALICE);

            for (var limit : new int[] {1, 10}) {
                for (var owner : new UserId[] {ALICE, BOB}) {
                    assertThatThrownBy(() -> store.insert(destination("d1", owner), limit))
                            .isInstanceOfSatisfying(
                                    LivemeterException.class,
                                    e -> assertThat(e.code()).isEqualTo("store.duplicate"));
                }
            }
            assertThat(store.of(ALICE)).hasSize(1);
            assertThat(store.of(BOB)).isEmpty();
        }

        @Test
        @Rule("DST-03")
        void keepsTheLimitHoweverManyRace() {
            var results = Race.of(16, number -> store.insert(destination("d" + number, ALICE), 5));

            assertThat(results.stream().flatMap(Optional::stream)).hasSize(5);
            assertThat(store.of(ALICE)).extracting(StoredDestination::position).containsExactly(0, 1, 2, 3, 4);
            assertThat(store.insert(destination("one-more", ALICE), 5)).isEmpty();
            assertThat(store.insert(destination("bobs", BOB), 5)).isPresent();
        }
    }

    @Nested
    class Updating {

        @Test
        @Rule("DST-04")
        void replacesEverythingButOwnerAndPlace() {
            insert("d1", ALICE);
            insert("d2", ALICE);
            var changed = new StoredDestination(
                    new DestinationId("d2"),
                    ALICE,
                    "custom",
                    "Other",
                    URI.create("rtmps://host.example/app"),
                    "v1.other",
                    null,
                    false,
                    0);

            assertThat(store.update(changed)).isTrue();

            assertThat(store.of(ALICE)).containsExactly(destination("d1", ALICE).at(0), changed.at(1));
        }

        @Test
        @Rule("DST-05")
        void touchesNobodyElses() {
            insert("d1", ALICE);

            assertThat(store.update(destination("d1", BOB))).isFalse();
            assertThat(store.update(destination("unknown", ALICE))).isFalse();
            assertThat(store.delete(BOB, new DestinationId("d1"))).isFalse();
            assertThat(store.of(ALICE)).containsExactly(destination("d1", ALICE).at(0));
        }
    }

    @Nested
    class Deleting {

        @Test
        @Rule("DST-06")
        void isIdempotent() {
            insert("d1", ALICE);

            assertThat(store.delete(ALICE, new DestinationId("d1"))).isTrue();
            assertThat(store.delete(ALICE, new DestinationId("d1"))).isFalse();
            assertThat(store.of(ALICE)).isEmpty();
        }

        @Test
        @Rule("DST-07")
        void leavesTheOrderOfTheOthersAndMakesRoom() {
            for (var id : new String[] {"d1", "d2", "d3"}) {
                insert(id, ALICE);
            }
            store.delete(ALICE, new DestinationId("d2"));

            assertThat(store.insert(destination("d4", ALICE), 3)).isPresent();

            assertThat(store.of(ALICE))
                    .extracting(destination -> destination.id().value())
                    .containsExactly("d1", "d3", "d4");
        }
    }

    private Optional<StoredDestination> insert(String id, UserId owner) {
        return store.insert(destination(id, owner), 10);
    }

    private static StoredDestination byAccount(String id, String account) {
        return new StoredDestination(
                new DestinationId(id), ALICE, "youtube", "YouTube", null, null, new AccountId(account), true, 0);
    }

    private static StoredDestination destination(String id, UserId owner) {
        return new StoredDestination(
                new DestinationId(id), owner, "twitch", "Twitch", null, "v1.sealed", null, true, 0);
    }
}

package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformAccount.State;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.account.StoredAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.AccountStore;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link AccountStore} keeps: the rules of {@code docs/contracts/account-store.md}. Extend it, supply a store, inherit the tests. */
@Timeout(180)
public abstract class AccountStoreContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");

    private AccountStore store;

    /** For subclasses. */
    protected AccountStoreContract() {}

    /** An empty store. Called before each test. */
    protected abstract AccountStore create();

    /** Another way into the same store, as another node has it; the same where there is none. Called after {@link #create}. */
    protected AccountStore another() {
        return store;
    }

    @BeforeEach
    void start() {
        store = create();
    }

    private static StoredAccount account(String id, UserId owner, String platform, String person, int second) {
        return stored(
                id, owner, platform, new PlatformIdentity(person, "Name of " + person), State.CONNECTED, second, 1);
    }

    private static StoredAccount stored(
            String id, UserId owner, String platform, PlatformIdentity person, State state, int second, long version) {
        var at = NOON.plusSeconds(second);
        return new StoredAccount(
                new PlatformAccount(new AccountId(id), owner, platform, person, Set.of("read"), state, "", at),
                "v1.sealed",
                at,
                null,
                version);
    }

    private static StoredAccount checked(StoredAccount of, int second, @Nullable Instant claimedUntil) {
        return new StoredAccount(
                of.account(), of.sealedTokens(), NOON.plusSeconds(second), claimedUntil, of.version() + 1);
    }

    private static List<String> ids(List<StoredAccount> accounts) {
        return accounts.stream().map(stored -> stored.account().id().value()).toList();
    }

    @Test
    @Rule("ACC-01")
    void givesAnAccountBackWhole() {
        var full = new StoredAccount(
                new PlatformAccount(
                        new AccountId("acc-1"),
                        ALICE,
                        "youtube",
                        new PlatformIdentity("UC_x-1", "Alice's 'Kanal' \u4e2d\ud83d\ude00"),
                        Set.of("https://host/auth/a", "live:read"),
                        State.NEEDS_AUTHORIZATION,
                        "Connect it again. \u4e2d",
                        NOON),
                "v1." + "A".repeat(5_000),
                NOON.plusSeconds(5),
                NOON.plusSeconds(60),
                1);
        var bare = new StoredAccount(
                new PlatformAccount(
                        new AccountId("acc-2"),
                        ALICE,
                        "twitch",
                        new PlatformIdentity("1", ""),
                        Set.of(),
                        State.CONNECTED,
                        "",
                        NOON.plusSeconds(1)),
                "v1.x",
                NOON,
                null,
                1);

        assertThat(store.insert(full)).isTrue();
        assertThat(store.insert(bare)).isTrue();

        assertThat(another().find(new AccountId("acc-1"))).contains(full);
        assertThat(another().of(ALICE)).containsExactly(full, bare);
        assertThat(store.find(new AccountId("acc-3"))).isEmpty();
    }

    @Test
    @Rule("ACC-02")
    void refusesAnIdTwice() {
        store.insert(account("acc-1", ALICE, "twitch", "1", 0));

        for (var owner : List.of(ALICE, BOB)) {
            assertThatThrownBy(() -> store.insert(account("acc-1", owner, "youtube", "2", 0)))
                    .isInstanceOfSatisfying(
                            LivemeterException.class, e -> assertThat(e.code()).isEqualTo("store.duplicate"));
        }
        assertThat(store.find(new AccountId("acc-1"))).contains(account("acc-1", ALICE, "twitch", "1", 0));
    }

    @Test
    @Rule("ACC-03")
    void givesAnOwnerEachIdentityOfAPlatformOnce() {
        store.insert(account("acc-1", ALICE, "twitch", "1", 0));

        assertThat(store.insert(account("acc-2", ALICE, "twitch", "1", 0))).isFalse();
        assertThat(store.find(new AccountId("acc-2"))).isEmpty();
        assertThat(store.insert(account("acc-3", ALICE, "twitch", "2", 0))).isTrue();
        assertThat(store.insert(account("acc-4", ALICE, "youtube", "1", 0))).isTrue();
        assertThat(store.insert(account("acc-5", BOB, "twitch", "1", 0))).isTrue();
        assertThat(store.insert(account("acc-6", ALICE, "youtube", "uc", 0))).isTrue();
        assertThat(store.insert(account("acc-7", ALICE, "youtube", "UC", 0))).isTrue();
    }

    @Test
    @Rule("ACC-03")
    void addsAnIdentityOnceHoweverManyRace() {
        var other = another();
        var added = Race.of(
                8,
                number -> (number % 2 == 0 ? store : other).insert(account("acc-" + number, ALICE, "twitch", "1", 0)));

        assertThat(added).containsOnlyOnce(true);
        assertThat(store.of(ALICE)).hasSize(1);
    }

    @Test
    @Rule("ACC-04")
    void replacesAllButWhoseAndWhatItIs() {
        store.insert(account("acc-1", ALICE, "twitch", "1", 0));
        var changed = new StoredAccount(
                new PlatformAccount(
                        new AccountId("acc-1"),
                        BOB,
                        "youtube",
                        new PlatformIdentity("2", "New name"),
                        Set.of("chat"),
                        State.NEEDS_AUTHORIZATION,
                        "Gone.",
                        NOON.plusSeconds(9)),
                "v1.other",
                NOON.plusSeconds(7),
                NOON.plusSeconds(8),
                2);

        assertThat(store.update(changed)).isTrue();

        assertThat(store.find(new AccountId("acc-1")))
                .contains(new StoredAccount(
                        new PlatformAccount(
                                new AccountId("acc-1"),
                                ALICE,
                                "twitch",
                                new PlatformIdentity("1", "New name"),
                                Set.of("chat"),
                                State.NEEDS_AUTHORIZATION,
                                "Gone.",
                                NOON.plusSeconds(9)),
                        "v1.other",
                        NOON.plusSeconds(7),
                        NOON.plusSeconds(8),
                        2));
    }

    @Test
    @Rule("ACC-05")
    void takesAChangeOfTheVersionBeforeAlone() {
        var first = account("acc-1", ALICE, "twitch", "1", 0);
        store.insert(first);
        var second = checked(first, 1, NOON);

        assertThat(store.update(first)).isFalse();
        assertThat(store.update(checked(second, 2, null))).isFalse();
        assertThat(store.update(second)).isTrue();
        assertThat(store.update(second)).isFalse();
        assertThat(store.update(checked(account("acc-2", ALICE, "twitch", "2", 0), 1, null)))
                .isFalse();
        assertThat(store.of(ALICE)).containsExactly(second);
    }

    @Test
    @Rule("ACC-05")
    void takesOneOfManyChangesOfAVersion() {
        var first = account("acc-1", ALICE, "twitch", "1", 0);
        store.insert(first);
        var other = another();

        var won = Race.of(8, number -> (number % 2 == 0 ? store : other).update(checked(first, number, null)));

        assertThat(won).containsOnlyOnce(true);
        assertThat(store.of(ALICE)).containsExactly(checked(first, won.indexOf(true), null));
    }

    @Test
    @Rule("ACC-06")
    void listsThoseOfAUserByWhenTheyWereConnected() {
        store.insert(account("acc-3", ALICE, "twitch", "1", 5));
        store.insert(account("acc-2", ALICE, "twitch", "2", 5));
        store.insert(account("acc-9", ALICE, "youtube", "1", 1));
        store.insert(account("acc-1", BOB, "twitch", "1", 0));

        assertThat(ids(store.of(ALICE))).containsExactly("acc-9", "acc-2", "acc-3");
        assertThat(ids(store.of(BOB))).containsExactly("acc-1");
        assertThat(store.of(UserId.of("Alice"))).isEmpty();
    }

    @Test
    @Rule("ACC-07")
    void findsThoseThatWereNotCheckedForLong() {
        for (var second : List.of(5, 3, 4, 1)) {
            store.insert(account("acc-" + second, ALICE, "twitch", "p" + second, second));
        }
        store.insert(account("acc-0", BOB, "twitch", "p0", 0));
        store.insert(account("acc-y", ALICE, "youtube", "y", 0));
        store.insert(stored("acc-n", ALICE, "twitch", new PlatformIdentity("n", "N"), State.NEEDS_AUTHORIZATION, 0, 1));

        assertThat(ids(store.unchecked("twitch", NOON.plusSeconds(4), 10))).containsExactly("acc-0", "acc-1", "acc-3");
        assertThat(ids(store.unchecked("twitch", NOON.plusSeconds(9), 2))).containsExactly("acc-0", "acc-1");
        assertThat(store.unchecked("twitch", NOON, 10)).isEmpty();

        store.update(checked(account("acc-0", BOB, "twitch", "p0", 0), 20, null));
        assertThat(ids(another().unchecked("twitch", NOON.plusSeconds(4), 10))).containsExactly("acc-1", "acc-3");
    }

    @Test
    @Rule("ACC-08")
    void deletesAnOwnersOnce() {
        var mine = account("acc-1", ALICE, "twitch", "1", 0);
        store.insert(mine);

        assertThat(store.delete(BOB, new AccountId("acc-1"))).isEmpty();
        assertThat(store.delete(ALICE, new AccountId("acc-2"))).isEmpty();
        assertThat(store.delete(ALICE, new AccountId("acc-1"))).contains(mine);
        assertThat(store.delete(ALICE, new AccountId("acc-1"))).isEmpty();
        assertThat(store.find(new AccountId("acc-1"))).isEmpty();
        assertThat(store.update(checked(mine, 1, null))).isFalse();
        assertThat(store.insert(account("acc-2", ALICE, "twitch", "1", 0))).isTrue();
    }
}

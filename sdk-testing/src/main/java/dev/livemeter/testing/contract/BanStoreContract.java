package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Ban;
import dev.livemeter.moderation.Ban.Kind;
import dev.livemeter.moderation.BanId;
import dev.livemeter.moderation.BanScope;
import dev.livemeter.spi.BanStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link BanStore} keeps: the rules of {@code docs/contracts/ban-store.md}. Extend it, supply a store, inherit the tests. */
@Timeout(180)
public abstract class BanStoreContract {

    private static final int WRITERS = 8;
    private static final int EACH = 10;
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final UserId BOB = UserId.of("bob");
    private static final UserId ROOT = UserId.of("root");
    private static final PersonId TROLL = PersonId.of(UserId.of("troll"));
    private static final PersonId OTHER_TROLL = PersonId.of(UserId.of("Troll"));
    private static final PersonId GUEST = PersonId.guest("troll");
    private static final Ban.Lift LIFT = new Ban.Lift(ROOT, "Said sorry. \u4e2d\u6587", NOON.plusMillis(99_001));

    private BanStore store;

    /** For subclasses. */
    protected BanStoreContract() {}

    /** An empty store. Called before each test. */
    protected abstract BanStore create();

    /** Another way into the same store, as another node has it; the same where there is none. Called after {@link #create}. */
    protected BanStore another() {
        return store;
    }

    @BeforeEach
    void start() {
        store = create();
    }

    private static Ban ban(String id, PersonId person, BanScope scope, int second, @Nullable Instant until) {
        return new Ban(
                new BanId(id), Kind.BAN, person, scope, BOB, "reason of " + id, NOON.plusSeconds(second), until, null);
    }

    private static Ban forEver(String id, int second) {
        return ban(id, TROLL, BanScope.of(BOB), second, null);
    }

    private static Ban kick(String id) {
        return new Ban(new BanId(id), Kind.KICK, GUEST, BanScope.everywhere(), ROOT, "", NOON, NOON, null);
    }

    private static List<String> ids(List<Ban> bans) {
        return bans.stream().map(ban -> ban.id().value()).toList();
    }

    @Test
    @Rule("BAN-01")
    void aBanComesBackWhole() {
        var bounded = ban("ban-1", GUEST, BanScope.everywhere(), 1, NOON.plusMillis(60_007));
        var endless = forEver("ban-2", 2);
        store.insert(bounded);
        store.insert(endless);
        store.insert(kick("ban-3"));
        store.lift(endless.id(), LIFT);
        assertThat(store.find(bounded.id())).contains(bounded);
        assertThat(store.find(endless.id())).contains(endless.lifted(LIFT));
        assertThat(store.find(new BanId("ban-3"))).contains(kick("ban-3"));
        assertThat(store.find(new BanId("ban-unknown"))).isEmpty();
    }

    @Test
    @Rule("BAN-02")
    void anIdIsTakenOnce() {
        store.insert(forEver("ban-1", 1));
        assertThatThrownBy(() -> store.insert(kick("ban-1")))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("There is a ban ban-1 already; give each an id of its own.")
                .extracting(thrown -> ((LivemeterException) thrown).code())
                .isEqualTo("store.duplicate");
        assertThat(store.find(new BanId("ban-1"))).contains(forEver("ban-1", 1));
        assertThat(store.changesAfter(0, 10)).hasSize(1);
    }

    @Test
    @Rule("BAN-03")
    void aBanIsLiftedOnceAndAKickNever() {
        var ban = forEver("ban-1", 1);
        store.insert(ban);
        store.insert(kick("ban-2"));
        assertThat(store.lift(ban.id(), LIFT)).contains(ban.lifted(LIFT));
        assertThat(store.lift(ban.id(), new Ban.Lift(BOB, "", NOON))).isEmpty();
        assertThat(store.lift(new BanId("ban-2"), LIFT)).isEmpty();
        assertThat(store.lift(new BanId("ban-unknown"), LIFT)).isEmpty();
        assertThat(store.find(ban.id())).contains(ban.lifted(LIFT));
    }

    @Test
    @Rule("BAN-04")
    void ofManyThatLiftItOneDoes() {
        var ban = forEver("ban-1", 1);
        store.insert(ban);
        var another = another();
        assertThat(Race.of(
                        WRITERS,
                        racer -> (racer % 2 == 0 ? store : another)
                                .lift(ban.id(), LIFT)
                                .isPresent()))
                .containsOnlyOnce(true);
        assertThat(store.changesAfter(0, 10)).hasSize(1);
    }

    @Test
    @Rule("BAN-05")
    void inForceIsWhatIsNeitherOverNorLifted() {
        assertThat(store.inForce(NOON).bans()).isEmpty();
        store.insert(forEver("ban-1", 1));
        store.insert(ban("ban-2", TROLL, BanScope.of(BOB), 1, NOON.plusSeconds(60)));
        store.insert(forEver("ban-3", 1));
        store.insert(kick("ban-4"));
        store.lift(new BanId("ban-3"), LIFT);
        assertThat(ids(store.inForce(NOON.plusSeconds(59)).bans())).containsExactlyInAnyOrder("ban-1", "ban-2");
        var later = store.inForce(NOON.plusSeconds(60));
        assertThat(ids(later.bans())).containsExactly("ban-1");
        assertThat(store.changesAfter(later.version(), 10)).isEmpty();
    }

    @Test
    @Rule("BAN-06")
    void changesAreToldInTheirOrderEachBanOnce() {
        for (var i = 1; i <= 4; i++) {
            store.insert(forEver("ban-" + i, i));
        }
        store.lift(new BanId("ban-2"), LIFT);
        var all = store.changesAfter(0, 10);
        assertThat(all.stream().map(change -> change.ban().id().value()))
                .containsExactly("ban-1", "ban-3", "ban-4", "ban-2");
        assertThat(all.stream().map(BanStore.Change::version)).isSorted().doesNotHaveDuplicates();
        assertThat(all.get(3).ban().lifted()).isEqualTo(LIFT);
        assertThat(store.changesAfter(0, 2)).isEqualTo(all.subList(0, 2));
        assertThat(store.changesAfter(all.get(1).version(), 10)).isEqualTo(all.subList(2, 4));
        assertThat(store.changesAfter(all.get(3).version(), 10)).isEmpty();
    }

    @Test
    @Rule("BAN-07")
    void theyAreListedNewestFirstByScopeAndPerson() {
        store.insert(forEver("ban-1", 1));
        store.insert(ban("ban-2", OTHER_TROLL, BanScope.of(BOB), 2, null));
        store.insert(ban("ban-3", GUEST, BanScope.everywhere(), 2, null));
        store.insert(ban("ban-4", TROLL, BanScope.of(UserId.of("Bob")), 0, null));
        assertThat(ids(store.list(null, null, 10, null))).containsExactly("ban-3", "ban-2", "ban-1", "ban-4");
        assertThat(ids(store.list(BanScope.of(BOB), null, 10, null))).containsExactly("ban-2", "ban-1");
        assertThat(ids(store.list(BanScope.everywhere(), null, 10, null))).containsExactly("ban-3");
        assertThat(ids(store.list(null, TROLL, 10, null))).containsExactly("ban-1", "ban-4");
        assertThat(ids(store.list(BanScope.of(BOB), TROLL, 10, null))).containsExactly("ban-1");
        assertThat(ids(store.list(null, null, 2, null))).containsExactly("ban-3", "ban-2");
        assertThat(ids(store.list(null, null, 2, new BanId("ban-2")))).containsExactly("ban-1", "ban-4");
        assertThat(store.list(null, null, 2, new BanId("ban-unknown"))).isEmpty();
    }

    @Test
    @Rule("BAN-08")
    void whoFollowsTheChangesMissesNone() {
        var another = another();
        var told = Race.of(
                WRITERS + 1, racer -> racer == WRITERS ? followed() : banned(racer % 2 == 0 ? store : another, racer));
        var all = told.subList(0, WRITERS).stream().flatMap(List::stream).toList();
        assertThat(all).hasSize(WRITERS * EACH);
        assertThat(told.get(WRITERS)).containsExactlyInAnyOrderElementsOf(all);
    }

    private static List<String> banned(BanStore into, int writer) {
        var given = new ArrayList<String>();
        for (var i = 0; i < EACH; i++) {
            var id = "ban-" + writer + "-" + i;
            into.insert(forEver(id, i));
            given.add(id);
        }
        return given;
    }

    private List<String> followed() {
        var seen = new ArrayList<String>();
        var version = 0L;
        while (seen.size() < WRITERS * EACH) {
            for (var change : store.changesAfter(version, 7)) {
                version = change.version();
                seen.add(change.ban().id().value());
            }
        }
        return seen;
    }
}

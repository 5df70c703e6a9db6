package dev.livemeter.account;

import static dev.livemeter.account.AccountStage.CHANNEL;
import static dev.livemeter.account.AccountStage.HERE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.PlatformAccount.State;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountStore;
import dev.livemeter.testing.InMemoryPlatform;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Alice connects her channel, and thinks otherwise. */
class AccountsTest {

    private final AccountStage stage = new AccountStage();
    private final Accounts accounts = stage.accounts;

    private URI page() {
        return accounts.begin("alice", "youtube", HERE);
    }

    private String state(URI address) {
        return InMemoryPlatform.query(address).getOrDefault("state", "");
    }

    private String code(URI address) {
        return InMemoryPlatform.query(address).getOrDefault("code", "");
    }

    private static void refused(ThrowingCallable call, String code, String sentence) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessage(sentence);
    }

    @Nested
    class OnThePage {

        @Test
        void anAccountIsConnected() {
            var account = stage.connect();

            assertThat(account)
                    .isEqualTo(new PlatformAccount(
                            new AccountId("acc-id000001"),
                            UserId.of("alice"),
                            "youtube",
                            CHANNEL,
                            Set.of("stream:manage", "chat:read"),
                            State.CONNECTED,
                            "",
                            stage.time.instant()));
            assertThat(accounts.of("alice")).containsExactly(account);
            assertThat(accounts.of("bob")).isEmpty();
            assertThat(stage.youtube.takes(accounts.access(account.id()).token()))
                    .isTrue();
            assertThat(stage.events).extracting(LiveEvent::code).containsExactly("account_connected");
            assertThat(stage.events)
                    .extracting(LiveEvent::sentence)
                    .containsExactly("The account 'Alice's channel' on youtube is connected.");
        }

        @Test
        void whatOneNodeBeganAnotherOneCompletes() {
            var back = stage.youtube.allow(page(), CHANNEL);

            assertThat(stage.node().complete("alice", state(back), code(back)).state())
                    .isEqualTo(State.CONNECTED);
        }

        @Test
        void eachPageIsOfItsOwn() {
            var states = new ArrayList<String>();
            var challenges = new ArrayList<String>();
            for (var i = 0; i < 20; i++) {
                var query = InMemoryPlatform.query(page());
                states.add(query.getOrDefault("state", ""));
                challenges.add(query.getOrDefault("code_challenge", ""));
            }
            assertThat(states)
                    .doesNotHaveDuplicates()
                    .allSatisfy(state -> assertThat(state).matches("[A-Za-z0-9_-]{40,1500}"));
            assertThat(challenges).doesNotHaveDuplicates().allMatch(challenge -> challenge.length() == 43);
        }

        @Test
        void somebodyElsesIsRefused() {
            var back = stage.youtube.allow(page(), CHANNEL);

            refused(
                    () -> accounts.complete("bob", state(back), code(back)),
                    "account.foreign_state",
                    "This connection was begun by somebody else; sign in as them, or begin again as yourself.");
            refused(
                    () -> accounts.refusal("bob", state(back), "access_denied"),
                    "account.foreign_state",
                    "This connection was begun by somebody else; sign in as them, or begin again as yourself.");
            assertThat(accounts.complete("alice", state(back), code(back)).state())
                    .isEqualTo(State.CONNECTED);
        }

        @Test
        void oneThatTookTooLongIsRefused() {
            var back = stage.youtube.allow(page(), CHANNEL);
            stage.pass(Duration.ofMinutes(10));

            refused(
                    () -> accounts.complete("alice", state(back), code(back)),
                    "account.expired_state",
                    "Connecting the account on Youtube took too long; begin again.");
            assertThat(accounts.of("alice")).isEmpty();
        }

        @Test
        void oneThatIsJustInTimeIsTaken() {
            var back = stage.youtube.allow(page(), CHANNEL);
            stage.pass(Duration.ofMinutes(10).minusSeconds(1));

            assertThat(accounts.complete("alice", state(back), code(back)).state())
                    .isEqualTo(State.CONNECTED);
        }

        @Test
        void aGarbledOneIsRefused() {
            var back = stage.youtube.allow(page(), CHANNEL);
            var good = state(back);
            var device = accounts.beginDevice("alice", "youtube").handle().reveal();
            var middle = good.length() / 2;
            var turned =
                    good.substring(0, middle) + (good.charAt(middle) == 'A' ? 'B' : 'A') + good.substring(middle + 1);

            for (var state : List.of("", "x", "%", "\u00e4", turned, good.substring(1), device, "A".repeat(100_000))) {
                refused(
                        () -> accounts.complete("alice", state, code(back)),
                        "account.malformed_state",
                        "What came back from the platform does not belong to any connection that was begun here; begin again.");
            }
        }

        @Test
        void whatThePlatformSaysIsTold() {
            var back = state(stage.youtube.deny(page()));

            assertThat(accounts.refusal("alice", back, "access_denied"))
                    .hasMessage(
                            "Nothing was connected, for the access to Youtube was not allowed there. Begin again to allow it.")
                    .extracting("code", "retryable")
                    .containsExactly("account.denied", false);
            assertThat(accounts.refusal("alice", back, "temporarily_unavailable"))
                    .hasMessage("Youtube cannot connect accounts just now; begin again in some minutes.")
                    .extracting("code", "retryable")
                    .containsExactly("account.unavailable", true);
            assertThat(accounts.refusal("alice", back, "invalid_scope"))
                    .hasMessage(
                            "Youtube connected nothing and answered 'invalid_scope'. Begin again; if that does not help, tell the operator.")
                    .extracting("code")
                    .isEqualTo("account.refused");
            assertThat(accounts.refusal("alice", back, "<script>alert(1)</script>"))
                    .hasMessage("Youtube connected nothing. Begin again; if that does not help, tell the operator.");
        }

        @Test
        void aCodeIsTakenOnce() {
            var back = stage.youtube.allow(page(), CHANNEL);
            accounts.complete("alice", state(back), code(back));

            refused(
                    () -> accounts.complete("alice", state(back), code(back)),
                    "account.refused",
                    "Youtube does not take the code; begin again.");
        }

        @Test
        void aCodeOfAnotherPageIsRefused() {
            var one = stage.youtube.allow(page(), CHANNEL);
            var other = stage.youtube.allow(page(), CHANNEL);

            refused(
                    () -> accounts.complete("alice", state(one), code(other)),
                    "account.refused",
                    "Youtube does not take the code; begin again.");
        }

        @Test
        void aPlatformThatIsAwayIsWaitedFor() {
            var back = stage.youtube.allow(page(), CHANNEL);
            stage.youtube.fail("Youtube does not answer; try again later.");

            assertThatThrownBy(() -> accounts.complete("alice", state(back), code(back)))
                    .hasMessage("Youtube does not answer; try again later.")
                    .extracting("code", "retryable")
                    .containsExactly("account.unavailable", true);
        }

        @Test
        void peopleComeBackToAllowedPagesAlone() {
            for (var redirect : List.of(
                    "https://host.example/connected/",
                    "https://host.example/connected?x=1",
                    "http://host.example/connected",
                    "https://evil.example/connected")) {
                refused(
                        () -> accounts.begin("alice", "youtube", URI.create(redirect)),
                        "account.malformed_redirect",
                        "The address to come back to is not one of those that are allowed; give one of the setting livemeter.account.redirects,"
                                + " letter by letter.");
            }
        }

        @Test
        void aPlatformWithoutAccountsIsTold() {
            for (var platform : List.of("custom", "nowhere")) {
                refused(
                        () -> accounts.begin("alice", platform, HERE),
                        "account.unknown_platform",
                        "There is no platform '" + platform
                                + "' that accounts can be connected to; known are youtube.");
            }
            assertThat(accounts.connects("youtube")).isTrue();
            assertThat(accounts.connects("custom")).isFalse();
        }
    }

    @Nested
    class Again {

        @Test
        void theSameIdentityOfAnOwnerStaysOneAccount() {
            var first = stage.connect();
            stage.pass(Duration.ofMinutes(1));

            var again = stage.connect("alice", new PlatformIdentity("UC1", "New name"));

            assertThat(again.id()).isEqualTo(first.id());
            assertThat(again.identity().name()).isEqualTo("New name");
            assertThat(again.connectedAt()).isEqualTo(stage.time.instant());
            assertThat(accounts.of("alice")).containsExactly(again);
        }

        @Test
        void othersAreAccountsOfTheirOwn() {
            var first = stage.connect();
            var second = stage.connect("alice", new PlatformIdentity("UC2", "Second channel"));
            var bobs = stage.connect("bob", CHANNEL);

            assertThat(List.of(first.id(), second.id(), bobs.id())).doesNotHaveDuplicates();
            assertThat(accounts.of("alice")).containsExactly(first, second);
        }

        @Test
        void itHealsAnAccountThatNeededIt() {
            var account = stage.connect();
            var access = accounts.access(account.id());
            stage.youtube.withdraw("UC1");
            stage.pass(Duration.ofHours(1));
            assertThatThrownBy(access::token).extracting("code").isEqualTo("account.needs_authorization");

            stage.connect();

            assertThat(stage.youtube.takes(access.token())).isTrue();
            assertThat(access.account().state()).isEqualTo(State.CONNECTED);
            assertThat(access.account().detail()).isEmpty();
            assertThat(stage.told())
                    .containsExactly("account_connected", "account_needs_authorization", "account_connected");
        }
    }

    @Nested
    class WhileTheStoreCannotBeWritten {

        @Test
        void itIsTriedTwice() {
            var node = stage.node(new UnwritableStore(stage.store, 1));
            var back = stage.youtube.allow(node.begin("alice", "youtube", HERE), CHANNEL);

            var account = node.complete("alice", state(back), code(back));

            assertThat(stage.youtube.takes(accounts.access(account.id()).token()))
                    .isTrue();
        }

        @Test
        void itIsToBeBegunAgain() {
            var node = stage.node(new UnwritableStore(stage.store, 2));
            var back = stage.youtube.allow(node.begin("alice", "youtube", HERE), CHANNEL);
            refused(
                    () -> node.complete("alice", state(back), code(back)),
                    "account.unavailable",
                    "Youtube allowed it, but the account could not be stored; begin again in a moment.");

            // What somebody else got for the same channel is not touched.
            assertThat(stage.youtube.takesAny("UC1")).isTrue();
            var again = stage.youtube.allow(node.begin("alice", "youtube", HERE), CHANNEL);
            assertThat(node.complete("alice", state(again), code(again)).state())
                    .isEqualTo(State.CONNECTED);
        }
    }

    @Nested
    class Disconnecting {

        @Test
        void revokesAndForgets() {
            var account = stage.connect();
            var access = accounts.access(account.id());
            var token = access.token();

            assertThat(accounts.disconnect("alice", account.id())).isTrue();

            assertThat(stage.youtube.takes(token)).isFalse();
            assertThat(accounts.of("alice")).isEmpty();
            assertThat(accounts.disconnect("alice", account.id())).isFalse();
            refused(
                    access::token,
                    "account.unknown",
                    "The account acc-id000001 is not connected any more; connect it again, or take another.");
            refused(
                    () -> accounts.access(account.id()),
                    "account.unknown",
                    "The account acc-id000001 is not connected any more; connect it again, or take another.");
            assertThat(stage.told()).containsExactly("account_connected", "account_disconnected");
            assertThat(stage.events.get(1).sentence())
                    .isEqualTo("The account 'Alice's channel' on youtube is connected no more.");
        }

        @Test
        void leavesThePermissionAsLongAsAnotherAccountGoesByIt() {
            stage.youtube.pages(
                    "UC1", new PlatformIdentity("page-1", "A page"), new PlatformIdentity("page-2", "Another"));
            var person = stage.connect();
            var others = accounts.of("alice").stream()
                    .filter(account -> !account.equals(person))
                    .toList();
            assertThat(others)
                    .extracting(account -> account.identity().name())
                    .containsExactlyInAnyOrder("A page", "Another");
            var last = accounts.access(others.get(1).id());

            accounts.disconnect("alice", person.id());
            accounts.disconnect("alice", others.get(0).id());
            assertThat(stage.youtube.takes(last.token())).isTrue();

            var token = last.token();
            accounts.disconnect("alice", others.get(1).id());
            assertThat(stage.youtube.takes(token)).isFalse();
            assertThat(accounts.of("alice")).isEmpty();
        }

        @Test
        void leavesThoseOfOthers() {
            var account = stage.connect();

            assertThat(accounts.disconnect("bob", account.id())).isFalse();

            assertThat(stage.youtube.takes(accounts.access(account.id()).token()))
                    .isTrue();
        }

        @Test
        void forgetsAlsoWhereThePlatformIsAway() {
            var account = stage.connect();
            stage.youtube.fail("Away.");

            assertThat(accounts.disconnect("alice", account.id())).isTrue();

            assertThat(accounts.of("alice")).isEmpty();
        }

        @Test
        void tokensThatAnotherNodeRenewedMeanwhileAreRevokedToo() {
            var account = stage.connect();
            var revoked = new ArrayList<AccountTokens>();
            var fresh = new AccountTokens(
                    Secret.of("access-secret-late"), Secret.of("refresh-secret-late"), null, Set.of());
            var vault = new AccountVault(stage.store, stage.cipher);
            stage.youtube.onRevocation(tokens -> {
                if (revoked.isEmpty()) {
                    var known = vault.find(account.id()).orElseThrow();
                    assertThat(vault.update(known.with(fresh, stage.time.instant())))
                            .isPresent();
                }
                revoked.add(tokens);
            });
            var old = stage.tokens(account.id());

            assertThat(accounts.disconnect("alice", account.id())).isTrue();

            assertThat(revoked).extracting(AccountTokens::access).containsExactly(old.access(), fresh.access());
        }

        @Test
        void tokensThatCouldNotBeStoredAreRevokedToo() {
            var account = stage.connect();
            var store = new UnwritableStore(stage.store, 0);
            var node = stage.node(store);
            var revoked = new ArrayList<Secret>();
            stage.youtube.onRevocation(tokens -> revoked.add(tokens.access()));
            stage.pass(Duration.ofHours(1));
            stage.youtube.beforeRenewal(tokens -> store.failures.set(1));
            var token = node.access(account.id()).token();

            assertThat(node.disconnect("alice", account.id())).isTrue();

            assertThat(revoked).contains(token);
        }

        @Test
        void whoeverStillNeedsItIsToldBefore() {
            var told = new ArrayList<String>();
            var node = stage.node((owner, id) -> told.add(owner + " " + id + " "
                    + stage.youtube.takes(stage.tokens(id).access())));
            var account = stage.connect();

            assertThat(node.disconnect("bob", account.id())).isFalse();
            assertThat(told).isEmpty();
            assertThat(node.disconnect("alice", account.id())).isTrue();

            assertThat(told).containsExactly("alice acc-id000001 true");
        }

        @Test
        void aRenewalThatWasUnderWayLeavesNoTokensBehind() {
            var account = stage.connect();
            var access = accounts.access(account.id());
            var other = stage.node();
            stage.pass(Duration.ofHours(1));
            // The other node deletes it while this one asks the platform; it cannot revoke what is not there yet.
            stage.youtube.beforeRenewal(tokens -> {
                stage.youtube.fail("Away.");
                other.disconnect("alice", account.id());
                stage.youtube.recover();
            });

            assertThatThrownBy(access::token).extracting("code").isEqualTo("account.unknown");

            assertThat(stage.youtube.takesAny("UC1")).isFalse();
        }
    }

    @Nested
    class ByADevice {

        @Test
        void anAccountIsConnectedWhereTheCodeWasEntered() {
            var device = accounts.beginDevice("alice", "youtube");
            assertThat(device.endsAt()).isEqualTo(stage.time.instant().plus(Duration.ofMinutes(30)));
            assertThat(accounts.pollDevice("alice", device.handle()))
                    .isEqualTo(new DeviceAnswer.Waiting(Duration.ofSeconds(5)));

            stage.youtube.enter(device.userCode(), CHANNEL);
            stage.pass(Duration.ofSeconds(5));

            assertThat(stage.node().pollDevice("alice", device.handle()))
                    .isEqualTo(new DeviceAnswer.Connected(accounts.of("alice").get(0)));
            assertThat(stage.told()).containsExactly("account_connected");
        }

        @Test
        void thePlatformIsAskedAtItsOwnPace() {
            var device = accounts.beginDevice("alice", "youtube");
            accounts.pollDevice("alice", device.handle());
            for (var i = 0; i < 10; i++) {
                assertThat(accounts.pollDevice("alice", device.handle()))
                        .isEqualTo(new DeviceAnswer.Waiting(Duration.ofSeconds(5)));
            }
            assertThat(stage.youtube.polls()).isEqualTo(1);

            stage.youtube.askTooOften();
            stage.pass(Duration.ofSeconds(5));
            assertThat(accounts.pollDevice("alice", device.handle()))
                    .isEqualTo(new DeviceAnswer.Waiting(Duration.ofSeconds(10)));
            stage.pass(Duration.ofSeconds(9));
            assertThat(accounts.pollDevice("alice", device.handle()))
                    .isEqualTo(new DeviceAnswer.Waiting(Duration.ofSeconds(1)));
            assertThat(stage.youtube.polls()).isEqualTo(2);
            stage.pass(Duration.ofSeconds(1));
            assertThat(accounts.pollDevice("alice", device.handle()))
                    .isEqualTo(new DeviceAnswer.Waiting(Duration.ofSeconds(10)));
            assertThat(stage.youtube.polls()).isEqualTo(3);
        }

        @Test
        void whatDoesNotFitIsRefused() {
            var device = accounts.beginDevice("alice", "youtube");
            var page = Secret.of(state(page()));

            refused(
                    () -> accounts.pollDevice("bob", device.handle()),
                    "account.foreign_state",
                    "This connection was begun by somebody else; sign in as them, or begin again as yourself.");
            for (var handle : List.of(page, Secret.of("nonsense"))) {
                assertThatThrownBy(() -> accounts.pollDevice("alice", handle))
                        .extracting("code")
                        .isEqualTo("account.malformed_state");
            }
            stage.pass(Duration.ofMinutes(30));
            refused(
                    () -> accounts.pollDevice("alice", device.handle()),
                    "account.expired_state",
                    "Connecting the account on Youtube took too long; begin again.");
            refused(
                    () -> accounts.beginDevice("alice", "custom"),
                    "account.unknown_platform",
                    "There is no platform 'custom' that accounts can be connected to; known are youtube.");
        }

        @Test
        void aPlatformThatIsAwayIsAskedAgain() {
            var device = accounts.beginDevice("alice", "youtube");
            stage.youtube.fail("Youtube does not answer; try again later.");
            assertThatThrownBy(() -> accounts.pollDevice("alice", device.handle()))
                    .extracting("code", "retryable")
                    .containsExactly("account.unavailable", true);
            assertThatThrownBy(() -> accounts.beginDevice("alice", "youtube"))
                    .extracting("code")
                    .isEqualTo("account.unavailable");
            stage.youtube.recover();
            stage.youtube.enter(device.userCode(), CHANNEL);
            stage.pass(Duration.ofSeconds(5));

            assertThat(accounts.pollDevice("alice", device.handle())).isInstanceOf(DeviceAnswer.Connected.class);
        }
    }

    @Test
    void whereNothingIsKeptNothingIsConnected() {
        var none = Accounts.none();

        assertThat(none.of("alice")).isEmpty();
        assertThat(none.connects("youtube")).isFalse();
        assertThat(none.connectsDevices("youtube")).isFalse();
        assertThat(none.disconnect("alice", new AccountId("acc-1"))).isFalse();
        refused(
                () -> none.begin("alice", "youtube", HERE),
                "account.off",
                "No accounts can be connected here: the storage keeps none. The application's developer gives another one with .storage(...).");
    }

    @Test
    void tokensAreStoredSealedForTheirAccountAlone() {
        var account = stage.connect();
        var other = stage.connect("alice", new PlatformIdentity("UC2", "Second channel"));
        var stored = stage.stored(account.id());

        assertThat(stored.toString()).doesNotContain("secret-");
        var copied = new StoredAccount(
                stage.stored(other.id()).account(), stored.sealedTokens(), stored.checkedAt(), null, 2);
        assertThat(stage.store.update(copied)).isTrue();

        assertThatThrownBy(() -> accounts.access(other.id()).token())
                .extracting("code")
                .isEqualTo("secret.unreadable");
    }

    /** A store that refuses some writes, and then takes them again. */
    private static final class UnwritableStore implements AccountStore {

        private final AccountStore store;
        private final AtomicInteger failures;

        UnwritableStore(AccountStore store, int failures) {
            this.store = store;
            this.failures = new AtomicInteger(failures);
        }

        private void check() {
            if (failures.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
                throw new LivemeterException("storage.unavailable", "The database did not answer.", true, null);
            }
        }

        @Override
        public boolean insert(StoredAccount account) {
            check();
            return store.insert(account);
        }

        @Override
        public boolean update(StoredAccount account) {
            check();
            return store.update(account);
        }

        @Override
        public Optional<StoredAccount> find(AccountId wanted) {
            return store.find(wanted);
        }

        @Override
        public List<StoredAccount> of(UserId owner) {
            return store.of(owner);
        }

        @Override
        public List<StoredAccount> unchecked(String platform, Instant before, int limit) {
            return store.unchecked(platform, before, limit);
        }

        @Override
        public Optional<StoredAccount> delete(UserId owner, AccountId wanted) {
            return store.delete(owner, wanted);
        }
    }
}

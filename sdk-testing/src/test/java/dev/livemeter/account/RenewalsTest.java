package dev.livemeter.account;

import static dev.livemeter.account.AccountStage.CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.livemeter.LivemeterException;
import dev.livemeter.account.PlatformAccount.State;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.AccountStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Access tokens last an hour. The platform takes each refresh token once, and ends everything where one comes again. */
@Timeout(120)
class RenewalsTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final AccountStage stage = new AccountStage();
    private final AccountId id = stage.connect().id();
    private final AccountAccess access = stage.accounts.access(id);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private List<Secret> atOnce(int count, Callable<Secret> call) throws Exception {
        var start = new CountDownLatch(1);
        var waiting = new ArrayList<Future<Secret>>();
        for (var i = 0; i < count; i++) {
            waiting.add(threads.submit(() -> {
                start.await();
                return call.call();
            }));
        }
        start.countDown();
        var results = new ArrayList<Secret>();
        for (var future : waiting) {
            results.add(future.get(60, TimeUnit.SECONDS));
        }
        return results;
    }

    @Test
    void aTokenIsGivenUntilShortlyBeforeItsEnd() {
        var first = access.token();
        stage.pass(HOUR.minusMinutes(2).minusSeconds(1));
        assertThat(access.token()).isEqualTo(first);

        stage.pass(Duration.ofSeconds(1));

        var second = access.token();
        assertThat(second).isNotEqualTo(first);
        assertThat(stage.youtube.takes(second)).isTrue();
        assertThat(stage.youtube.renewals()).isEqualTo(1);
        assertThat(stage.events).hasSize(1);
    }

    @Test
    void tokensThatLastShortAreNotRenewedAllTheTime() {
        stage.youtube.tokensLast(Duration.ofMinutes(1));
        stage.pass(HOUR);
        var token = access.token();
        for (var second = 0; second < 44; second++) {
            stage.pass(Duration.ofSeconds(1));
            assertThat(access.token()).isEqualTo(token);
        }
        assertThat(stage.youtube.renewals()).isEqualTo(1);
    }

    @Test
    void manyThreadsWaitForOneRenewal() throws Exception {
        stage.pass(HOUR);

        var tokens = atOnce(32, access::token);

        assertThat(Set.copyOf(tokens)).hasSize(1);
        assertThat(stage.youtube.renewals()).isEqualTo(1);
    }

    @Test
    void manyThreadsWhoseTokenWasRefusedWaitForOneRenewal() throws Exception {
        var refused = access.token();
        stage.youtube.endAccess();

        var tokens = atOnce(32, () -> access.tokenAfter(refused));

        assertThat(Set.copyOf(tokens)).hasSize(1);
        assertThat(stage.youtube.takes(tokens.get(0))).isTrue();
        assertThat(stage.youtube.renewals()).isEqualTo(1);
        assertThat(access.tokenAfter(refused)).isEqualTo(tokens.get(0));
    }

    @Test
    void nodesOfOneStoreRenewOnceAltogether() throws Exception {
        var others = List.of(
                access,
                stage.node().access(id),
                stage.node().access(id),
                stage.node().access(id));
        for (var round = 1; round <= 20; round++) {
            stage.pass(HOUR);
            var turn = new AtomicInteger();

            var tokens = atOnce(
                    16, () -> others.get(turn.getAndIncrement() % others.size()).token());

            assertThat(Set.copyOf(tokens)).hasSize(1);
            assertThat(stage.youtube.takes(tokens.get(0))).isTrue();
            assertThat(stage.youtube.renewals()).isEqualTo(round);
        }
    }

    @Test
    void whoDoesNotNeedANewTokenYetDoesNotWaitForIt() throws Exception {
        var old = access.token();
        var asked = new CountDownLatch(1);
        var answer = new CountDownLatch(1);
        stage.youtube.beforeRenewal(tokens -> {
            asked.countDown();
            await(answer);
        });
        stage.pass(HOUR.minusMinutes(1));
        var renewing = threads.submit(access::token);
        await(asked);

        assertThat(access.token()).isEqualTo(old);
        assertThat(stage.node().access(id).token()).isEqualTo(old);

        answer.countDown();
        var fresh = renewing.get(30, TimeUnit.SECONDS);
        assertThat(fresh).isNotEqualTo(old);
        assertThat(access.token()).isEqualTo(fresh);
        assertThat(stage.youtube.renewals()).isEqualTo(1);
    }

    @Test
    void aNodeThatDiedWhileItRenewedIsNotWaitedForLongerThanItsClaim() {
        var stored = stage.stored(id);
        stage.pass(HOUR);
        stage.store.update(new StoredAccount(
                stored.account(),
                stored.sealedTokens(),
                stored.checkedAt(),
                stage.time.instant().plusSeconds(60),
                stored.version() + 1));
        stage.pass(Duration.ofSeconds(60));

        assertThat(stage.youtube.takes(access.token())).isTrue();
    }

    @Test
    void aRefreshTokenThatComesBackReplacesTheOldOneEachTime() {
        var refreshes = new ArrayList<Secret>();
        for (var i = 0; i < 10; i++) {
            stage.pass(HOUR);
            assertThat(stage.youtube.takes(access.token())).isTrue();
            refreshes.add(stage.tokens(id).refresh());
        }
        assertThat(refreshes).doesNotHaveDuplicates().doesNotContainNull();
    }

    @Test
    void aRefreshTokenIsNotLostWhereTheAccountIsChangedMeanwhile() {
        stage.pass(HOUR);
        stage.youtube.beforeRenewal(tokens -> {
            var present = stage.stored(id);
            // As a validation on another node does, and the verdict of one whose renewal came too late.
            stage.store.update(new StoredAccount(
                    present.account().lost("Too late."),
                    present.sealedTokens(),
                    present.checkedAt(),
                    null,
                    present.version() + 1));
        });

        var token = access.token();

        assertThat(stage.youtube.takes(token)).isTrue();
        assertThat(stage.tokens(id).access()).isEqualTo(token);
        assertThat(stage.stored(id).account().state()).isEqualTo(State.CONNECTED);
    }

    @Test
    void tokensThatItsOwnerAllowedMeanwhileAreKept() {
        stage.pass(HOUR);
        var once = new AtomicBoolean(true);
        stage.youtube.beforeRenewal(tokens -> {
            if (once.getAndSet(false)) {
                stage.connect();
            }
        });

        var token = access.token();

        assertThat(stage.youtube.takes(token)).isTrue();
        assertThat(token).isEqualTo(stage.tokens(id).access());
        assertThat(stage.youtube.renewals()).isEqualTo(1);
    }

    @Test
    void tokensThatCannotBeStoredAreKeptUntilTheyCan() {
        var store = new FragileStore(stage.store);
        var fragile = stage.node(store).access(id);
        stage.pass(HOUR);
        stage.youtube.beforeRenewal(tokens -> store.broken.set(true));

        var token = fragile.token();

        assertThat(stage.youtube.takes(token)).isTrue();
        assertThat(stage.tokens(id).access()).isNotEqualTo(token);
        stage.pass(Duration.ofSeconds(10));
        assertThat(stage.tokens(id).access()).isNotEqualTo(token);

        store.broken.set(false);
        stage.pass(Duration.ofSeconds(30));

        assertThat(stage.tokens(id).access()).isEqualTo(token);
        assertThat(fragile.token()).isEqualTo(token);
        assertThat(stage.youtube.renewals()).isEqualTo(1);
    }

    @Test
    void tokensThatCouldNotBeStoredAreStoredBeforeTheEndOfTheApplication() {
        var store = new FragileStore(stage.store);
        var node = stage.node(store);
        stage.pass(HOUR);
        stage.youtube.beforeRenewal(tokens -> store.broken.set(true));
        var token = node.access(id).token();
        store.broken.set(false);

        node.end();

        assertThat(stage.tokens(id).access()).isEqualTo(token);
        assertThat(stage.youtube.takes(token)).isTrue();
    }

    @Test
    void aNodeDoesNotWaitForItselfWhereItsClaimCouldNotBeTakenBack() {
        var store = new FragileStore(stage.store);
        var fragile = stage.node(store).access(id);
        stage.pass(HOUR);
        stage.youtube.beforeRenewal(tokens -> store.broken.set(true));
        stage.youtube.fail("Away.");
        assertThatThrownBy(fragile::token).extracting("code").isEqualTo("account.unavailable");
        stage.youtube.beforeRenewal(tokens -> {});
        stage.youtube.recover();
        store.broken.set(false);
        assertThat(stage.stored(id).claimedUntil()).isAfter(stage.time.instant());

        stage.pass(Duration.ofSeconds(2));

        assertThat(stage.youtube.takes(fragile.token())).isTrue();
        assertThat(stage.youtube.renewals()).isEqualTo(2);
    }

    @Test
    void aNodeDoesNotWaitForItselfWhereTheAnswerToItsClaimWasLost() {
        var store = new FragileStore(stage.store);
        var fragile = stage.node(store).access(id);
        stage.pass(HOUR);
        store.deaf.set(true);
        assertThatThrownBy(fragile::token).hasMessage("The database did not answer.");
        store.deaf.set(false);
        assertThat(stage.stored(id).claimedUntil()).isAfter(stage.time.instant());

        assertThat(stage.youtube.takes(fragile.token())).isTrue();
        assertThat(stage.youtube.renewals()).isEqualTo(1);
    }

    @Test
    void tokensThatCouldNotBeStoredAreUsedBeforeThePlatformIsAskedAgain() {
        var store = new FragileStore(stage.store);
        var fragile = stage.node(store).access(id);
        stage.pass(HOUR);
        stage.youtube.beforeRenewal(tokens -> store.broken.set(true));
        var token = fragile.token();
        store.broken.set(false);

        assertThat(fragile.token()).isEqualTo(token);
        assertThat(stage.tokens(id).access()).isEqualTo(token);
        assertThat(stage.youtube.renewals()).isEqualTo(1);
    }

    @Test
    void anAccountThatWasTakenBackIsAskedAboutNoMore() {
        stage.youtube.withdraw("UC1");
        stage.pass(HOUR);

        for (var i = 0; i < 50; i++) {
            assertThatThrownBy(access::token)
                    .isInstanceOfSatisfying(
                            LivemeterException.class,
                            e -> assertThat(e.code()).isEqualTo("account.needs_authorization"))
                    .hasMessage("The account 'Alice's channel' on Youtube must be connected again."
                            + " Youtube takes these tokens no more; connect the account again.");
        }
        assertThatThrownBy(() -> stage.node().access(id).tokenAfter(Secret.of("any")))
                .extracting("code")
                .isEqualTo("account.needs_authorization");
        assertThat(stage.youtube.renewals()).isEqualTo(1);
        assertThat(stage.told()).containsExactly("account_connected", "account_needs_authorization");
        assertThat(stage.accounts.of("alice").get(0).state()).isEqualTo(State.NEEDS_AUTHORIZATION);
    }

    @Test
    void aProviderMayTellThatAnAccountWillNotDo() {
        access.token();
        access.needsAuthorization("The channel was closed.");
        access.needsAuthorization("The channel was closed.");

        assertThatThrownBy(access::token)
                .hasMessage(
                        "The account 'Alice's channel' on Youtube must be connected again. The channel was closed.");
        assertThat(stage.told()).containsExactly("account_connected", "account_needs_authorization");
    }

    @Test
    void aVerdictFromBeforeItWasConnectedAgainCountsNoMore() {
        var late = stage.node().access(id);
        late.token();
        stage.pass(Duration.ofMinutes(1));
        stage.connect();

        late.needsAuthorization("The channel was closed.");

        assertThat(stage.youtube.takes(late.token())).isTrue();
    }

    @Test
    void aPlatformThatIsAwayIsAskedEverMoreSeldom() {
        stage.pass(HOUR);
        stage.youtube.fail("Youtube does not answer.");
        for (var second = 0; second < 600; second++) {
            assertThatThrownBy(access::token)
                    .hasMessage("Youtube does not answer.")
                    .extracting("code", "retryable")
                    .containsExactly("account.unavailable", true);
            stage.pass(Duration.ofSeconds(1));
        }
        // After 1, 2, 4 ... 300 seconds, each up to half as short.
        assertThat(stage.youtube.renewals()).isBetween(8, 14);

        stage.youtube.recover();
        stage.pass(Duration.ofMinutes(5));
        assertThat(stage.youtube.takes(access.token())).isTrue();
    }

    @Test
    void theOldTokenDoesAsLongAsItLastsWhereThePlatformIsAway() {
        var old = access.token();
        stage.pass(HOUR.minusMinutes(1));
        stage.youtube.fail("Youtube does not answer.");

        for (var second = 0; second < 60; second++) {
            assertThat(access.token()).isEqualTo(old);
            stage.pass(Duration.ofSeconds(1));
        }
        assertThatThrownBy(access::token).extracting("code").isEqualTo("account.unavailable");
    }

    @Test
    void aProviderThatFailsIsAPlatformThatIsAway() {
        stage.pass(HOUR);
        stage.youtube.beforeRenewal(tokens -> {
            throw new IllegalStateException("A fault of the provider.");
        });

        assertThatThrownBy(access::token)
                .hasMessage("The access to the account 'Alice's channel' could not be renewed; try again later.")
                .extracting("code")
                .isEqualTo("account.unavailable");
        stage.youtube.beforeRenewal(tokens -> {});
        stage.pass(Duration.ofSeconds(1));
        assertThat(stage.youtube.takes(access.token())).isTrue();
    }

    @Test
    void nothingThatIsPrintedOrLoggedShowsAToken() {
        var logger = (Logger) LoggerFactory.getLogger("dev.livemeter");
        var said = new ListAppender<ILoggingEvent>();
        var level = logger.getLevel();
        said.start();
        logger.addAppender(said);
        logger.setLevel(Level.TRACE);
        var printed = new ArrayList<String>();
        try {
            printed.add(stage.connect("alice", CHANNEL).toString());
            printed.add(stage.accounts.beginDevice("alice", "youtube").toString());
            stage.pass(HOUR);
            printed.add(access.token().toString());
            printed.add(access.toString());
            printed.add(stage.tokens(id).toString());
            printed.add(stage.stored(id).toString());
            var store = new FragileStore(stage.store);
            stage.youtube.beforeRenewal(tokens -> store.broken.set(true));
            stage.pass(HOUR);
            printed.add(stage.node(store).access(id).token().toString());
            stage.youtube.beforeRenewal(tokens -> {});
            stage.youtube.withdraw("UC1");
            stage.pass(HOUR);
            assertThatThrownBy(access::token).satisfies(e -> printed.add(e.toString()));
            stage.accounts.disconnect("alice", id);
        } finally {
            logger.detachAppender(said);
            logger.setLevel(level);
        }
        said.list.forEach(event -> printed.add(event.getFormattedMessage() + " " + event.getThrowableProxy()));

        assertThat(said.list).hasSizeGreaterThan(5);
        assertThat(printed)
                .isNotEmpty()
                .allSatisfy(
                        text -> assertThat(text).doesNotContain("access-secret").doesNotContain("refresh-secret"));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A store that cannot be written while it is broken, and that is written and does not say so while it is deaf. */
    private static final class FragileStore implements AccountStore {

        private final AccountStore store;
        private final AtomicBoolean broken = new AtomicBoolean();
        private final AtomicBoolean deaf = new AtomicBoolean();

        FragileStore(AccountStore store) {
            this.store = store;
        }

        @Override
        public boolean insert(StoredAccount account) {
            return store.insert(account);
        }

        @Override
        public boolean update(StoredAccount account) {
            if (broken.get()) {
                throw new LivemeterException("storage.unavailable", "The database did not answer.", true, null);
            }
            var done = store.update(account);
            if (deaf.get()) {
                throw new LivemeterException("storage.unavailable", "The database did not answer.", true, null);
            }
            return done;
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

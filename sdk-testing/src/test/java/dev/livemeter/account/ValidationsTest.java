package dev.livemeter.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.PlatformAccount.State;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The platform wants to be asked every hour whether tokens still stand. */
class ValidationsTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final AccountStage stage = new AccountStage();

    @BeforeEach
    void wantsIt() {
        stage.youtube.validateEvery(HOUR);
        stage.youtube.tokensLast(Duration.ofDays(60));
    }

    private AccountId connect(String person) {
        return stage.connect("alice", new PlatformIdentity(person, person)).id();
    }

    @Test
    void eachAccountIsValidatedEveryHour() {
        for (var i = 0; i < 5; i++) {
            connect("UC" + i);
        }
        stage.accounts.begin();

        for (var minute = 0; minute < 24 * 60; minute++) {
            stage.pass(Duration.ofMinutes(1));
            assertThat(stage.accounts.of("alice"))
                    .allSatisfy(account -> assertThat(stage.stored(account.id()).checkedAt())
                            .isAfterOrEqualTo(stage.time.instant().minus(HOUR)));
        }
        // An account comes up to ten minutes early.
        assertThat(stage.youtube.validations()).isBetween(24 * 5, 30 * 5);
    }

    @Test
    void thoseThatWaitedWhileNobodyRanAreValidatedSoonAfterTheStart() {
        for (var i = 0; i < 250; i++) {
            connect("UC" + i);
        }
        stage.pass(HOUR.multipliedBy(3));
        stage.accounts.begin();

        stage.pass(Duration.ofSeconds(40));

        assertThat(stage.youtube.validations()).isEqualTo(250);
    }

    @Test
    void severalNodesShareTheWork() {
        for (var i = 0; i < 50; i++) {
            connect("UC" + i);
        }
        stage.accounts.begin();
        stage.node().begin();
        stage.node().begin();

        stage.pass(HOUR);

        assertThat(stage.youtube.validations()).isEqualTo(50);
    }

    @Test
    void oneThatStandsNoMoreIsRenewed() {
        var id = connect("UC1");
        stage.accounts.begin();
        var old = stage.tokens(id);
        stage.youtube.endAccess();

        stage.pass(HOUR);

        assertThat(stage.tokens(id)).isNotEqualTo(old);
        assertThat(stage.youtube.takes(stage.tokens(id).access())).isTrue();
        assertThat(stage.stored(id).account().state()).isEqualTo(State.CONNECTED);
    }

    @Test
    void oneThatWasTakenBackIsToldOfAndAskedAboutNoMore() {
        var id = connect("UC1");
        connect("UC2");
        stage.accounts.begin();
        stage.youtube.withdraw("UC1");

        stage.pass(HOUR.multipliedBy(5));

        assertThat(stage.stored(id).account().state()).isEqualTo(State.NEEDS_AUTHORIZATION);
        assertThat(stage.told())
                .containsExactly("account_connected", "account_connected", "account_needs_authorization");
        assertThat(stage.youtube.renewals()).isEqualTo(1);
        assertThat(stage.youtube.validations()).isBetween(6, 8);
    }

    @Test
    void aPlatformThatIsAwayIsLeftAloneAndAskedAgain() {
        for (var i = 0; i < 20; i++) {
            connect("UC" + i);
        }
        stage.accounts.begin();
        stage.youtube.fail("Away.");
        stage.pass(HOUR);
        assertThat(stage.youtube.validations()).isBetween(3, 9);
        stage.youtube.recover();

        stage.pass(Duration.ofMinutes(5));

        assertThat(stage.accounts.of("alice")).hasSize(20).allSatisfy(account -> {
            assertThat(account.state()).isEqualTo(State.CONNECTED);
            assertThat(stage.stored(account.id()).checkedAt())
                    .isAfter(stage.time.instant().minus(HOUR));
        });
    }

    @Test
    void anAccountThatCannotBeReadKeepsNoOtherFromIt() {
        var id = connect("UC1");
        var other = connect("UC2");
        var stored = stage.stored(id);
        stage.store.update(new StoredAccount(stored.account(), "v1.nonsense", stored.checkedAt(), null, 2));
        stage.accounts.begin();

        stage.pass(HOUR);

        assertThat(stage.stored(other).checkedAt()).isAfter(stored.checkedAt());
        assertThat(stage.youtube.validations()).isEqualTo(1);
    }

    @Test
    void whatHasEndedAsksNoMore() {
        connect("UC1");
        stage.accounts.begin();
        stage.accounts.end();

        stage.pass(HOUR.multipliedBy(3));

        assertThat(stage.youtube.validations()).isZero();
    }
}

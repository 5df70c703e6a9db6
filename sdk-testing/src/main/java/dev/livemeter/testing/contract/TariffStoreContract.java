package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.DestinationFactor;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Rate;
import dev.livemeter.money.Tariff;
import dev.livemeter.money.Tier;
import dev.livemeter.money.TierModel;
import dev.livemeter.spi.TariffStore;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.tariff.TariffVersion;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link TariffStore} keeps: the rules of {@code docs/contracts/tariff-store.md}. Extend it, supply a store, inherit the tests.
 */
@Timeout(180)
public abstract class TariffStoreContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123Z");
    private static final TariffKey RELAY = TariffKey.of(Service.RELAY);
    private static final TariffKey ALICE = TariffKey.of(Service.CALL, UserId.of("alice"));
    private static final Tariff CHEAP = Tariff.perMinute("USD", "0.10");
    private static final Tariff RICH = new Tariff(
                    new Rate(Money.of("EUR", "0.123457"), Duration.ofSeconds(7)),
                    new Increment(Duration.ofSeconds(30), Duration.ofSeconds(6)))
            .withFree(Duration.ofSeconds(15))
            .withMinimum(Money.of("EUR", "0.5"))
            .withTiers(Tier.of(Duration.ofHours(10), "20"), Tier.of(Duration.ofHours(50), "40.05"))
            .withTierModel(TierModel.OPENING_TIER)
            .withFactors(DestinationFactor.of(4, "1.2"), DestinationFactor.of(6, "1.405"));

    private TariffStore store;

    /** For subclasses. */
    protected TariffStoreContract() {}

    /** An empty store. Called before each test. */
    protected abstract TariffStore create();

    @BeforeEach
    void start() {
        store = create();
    }

    @Nested
    class Appending {

        @Test
        @Rule("TRF-01")
        void keepsEveryPartOfEachVersionInOrder() {
            var first = new TariffVersion(ALICE, 1, NOON, CHEAP);
            var second = new TariffVersion(ALICE, 2, NOON.plusMillis(1), RICH);
            store.append(first);
            store.append(second);

            assertThat(store.versions(ALICE)).containsExactly(first, second);
        }

        @Test
        @Rule("TRF-02")
        void mixesNoKeys() {
            store.append(new TariffVersion(TariffKey.of(Service.CALL), 1, NOON, CHEAP));

            assertThat(store.versions(ALICE)).isEmpty();
            assertThat(store.versions(TariffKey.of(Service.CALL, UserId.of("ALICE"))))
                    .isEmpty();
            assertThat(store.versions(TariffKey.of(Service.SPECTATOR))).isEmpty();
        }

        @Test
        @Rule("TRF-03")
        void takesARepeatAsDone() {
            store.append(new TariffVersion(RELAY, 1, NOON, RICH));
            store.append(new TariffVersion(RELAY, 2, NOON, CHEAP));

            store.append(new TariffVersion(RELAY, 1, NOON, RICH));
            store.append(new TariffVersion(RELAY, 2, NOON, CHEAP));

            assertThat(store.versions(RELAY)).extracting(TariffVersion::version).containsExactly(1, 2);
        }

        @Test
        @Rule("TRF-04")
        void neverChangesAVersion() {
            var first = new TariffVersion(RELAY, 1, NOON, CHEAP);
            store.append(first);

            refused("store.duplicate", new TariffVersion(RELAY, 1, NOON, RICH));
            refused("store.duplicate", new TariffVersion(RELAY, 1, NOON.plusMillis(1), CHEAP));
            refused("store.duplicate", new TariffVersion(RELAY, 1, NOON.minusMillis(1), CHEAP));
            assertThat(store.versions(RELAY)).containsExactly(first);
        }

        @Test
        @Rule("TRF-05")
        void leavesNoGap() {
            refused("store.out_of_order", new TariffVersion(RELAY, 2, NOON, CHEAP));
            var first = new TariffVersion(RELAY, 1, NOON, CHEAP);
            store.append(first);

            refused("store.out_of_order", new TariffVersion(RELAY, 3, NOON, CHEAP));
            assertThat(store.versions(RELAY)).containsExactly(first);
        }

        @Test
        @Rule("TRF-06")
        void goesForwardInTime() {
            store.append(new TariffVersion(RELAY, 1, NOON, CHEAP));
            store.append(new TariffVersion(RELAY, 2, NOON, RICH));

            refused("store.out_of_order", new TariffVersion(RELAY, 3, NOON.minusMillis(1), CHEAP));
            assertThat(store.versions(RELAY)).hasSize(2);
        }
    }

    @Test
    @Rule("TRF-07")
    void listsTheKeys() {
        assertThat(store.keys()).isEmpty();
        var keys = new TariffKey[] {
            TariffKey.of(Service.CALL),
            TariffKey.of(Service.SPECTATOR),
            TariffKey.of(Service.CALL, UserId.of("Bob")),
            ALICE,
            TariffKey.of(Service.CALL, UserId.of("bob")),
            RELAY
        };
        for (var i = keys.length - 1; i >= 0; i--) {
            store.append(new TariffVersion(keys[i], 1, NOON, CHEAP));
            store.append(new TariffVersion(keys[i], 2, NOON, CHEAP));
        }

        assertThat(store.keys()).containsExactly(keys);
    }

    @Test
    @Rule("TRF-08")
    void letsOneOfManyIn() {
        var answers = Race.of(16, number -> {
            try {
                store.append(new TariffVersion(RELAY, 1, NOON.plusSeconds(number), CHEAP));
                return "in";
            } catch (LivemeterException e) {
                return e.code();
            }
        });

        assertThat(answers).containsOnly("in", "store.duplicate").containsOnlyOnce("in");
        assertThat(store.versions(RELAY)).hasSize(1);
    }

    private void refused(String code, TariffVersion version) {
        assertThatThrownBy(() -> store.append(version))
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}

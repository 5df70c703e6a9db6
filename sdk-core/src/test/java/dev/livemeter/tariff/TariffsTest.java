package dev.livemeter.tariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Tariff;
import dev.livemeter.spi.TariffStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TariffsTest {

    private static final TariffKey CALL = TariffKey.of(Service.CALL);
    private static final TariffKey BOB = TariffKey.of(Service.CALL, UserId.of("bob"));
    private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant APRIL = Instant.parse("2026-04-01T00:00:00Z");
    private static final Tariff CHEAP = Tariff.perMinute("USD", "0.50");
    private static final Tariff DEAR = Tariff.perMinute("USD", "2.00");

    private final Shelf shelf = new Shelf();
    private final Tariffs tariffs = new Tariffs(shelf, java.util.Currency.getInstance("USD"));

    @Nested
    class Publishing {

        @Test
        void countsTheVersions() {
            assertThat(tariffs.publish(CALL, CHEAP, MARCH)).isEqualTo(new TariffVersion(CALL, 1, MARCH, CHEAP));
            assertThat(tariffs.publish(CALL, DEAR, APRIL)).isEqualTo(new TariffVersion(CALL, 2, APRIL, DEAR));
            assertThat(tariffs.publish(BOB, DEAR, MARCH)).isEqualTo(new TariffVersion(BOB, 1, MARCH, DEAR));

            assertThat(tariffs.history(CALL))
                    .containsExactly(new TariffVersion(CALL, 1, MARCH, CHEAP), new TariffVersion(CALL, 2, APRIL, DEAR));
            assertThat(tariffs.keys()).containsExactly(CALL, BOB);
        }

        @Test
        void aRepeatIsAnsweredWithTheFirst() {
            var first = tariffs.publish(CALL, CHEAP, MARCH.plusNanos(999_999));

            assertThat(first.validFrom()).isEqualTo(MARCH);
            assertThat(tariffs.publish(CALL, CHEAP, MARCH.plusNanos(1))).isEqualTo(first);
            assertThat(tariffs.history(CALL)).hasSize(1);
        }

        @Test
        void theSamePriceFromALaterMomentOnIsAVersion() {
            tariffs.publish(CALL, CHEAP, MARCH);
            assertThat(tariffs.publish(CALL, CHEAP, APRIL).version()).isEqualTo(2);
            assertThat(tariffs.publish(CALL, DEAR, APRIL).version()).isEqualTo(3);
        }

        @Test
        void nothingIsPutBeforeWhatIsPublished() {
            tariffs.publish(CALL, CHEAP, APRIL);

            assertThatThrownBy(() -> tariffs.publish(CALL, DEAR, MARCH))
                    .isInstanceOfSatisfying(
                            LivemeterException.class, e -> assertThat(e.code()).isEqualTo("tariff.not_later"))
                    .hasMessage("A tariff of call is to be in force from 2026-03-01T00:00:00Z on, but version 1 is from"
                            + " 2026-04-01T00:00:00Z on; publish from that moment on, or later.");
            assertThat(tariffs.history(CALL)).hasSize(1);
        }

        @Test
        void aNumberThatAnotherTookIsFollowedByTheNext() {
            shelf.rivals.add(new TariffVersion(CALL, 1, MARCH, DEAR));

            assertThat(tariffs.publish(CALL, CHEAP, MARCH)).isEqualTo(new TariffVersion(CALL, 2, MARCH, CHEAP));
        }

        @Test
        void aRaceIsNotRunForEver() {
            for (var number = 1; number <= 20; number++) {
                shelf.rivals.add(new TariffVersion(CALL, number, MARCH, DEAR));
            }

            assertThatThrownBy(() -> tariffs.publish(CALL, CHEAP, MARCH))
                    .isInstanceOfSatisfying(LivemeterException.class, e -> {
                        assertThat(e.code()).isEqualTo("store.busy");
                        assertThat(e.retryable()).isTrue();
                    })
                    .hasMessage(
                            "The tariff of call was published by others 20 times while it was tried; repeat it later.");
            assertThat(tariffs.publish(CALL, CHEAP, MARCH).version()).isEqualTo(21);
        }

        @Test
        void whatElseTheStoreSaysIsPassedOn() {
            shelf.broken = true;
            assertThatThrownBy(() -> tariffs.publish(CALL, CHEAP, MARCH)).hasMessage("The shelf is broken.");
        }
    }

    @Nested
    class InForce {

        @Test
        void isTheLastThatHasBegun() {
            tariffs.publish(CALL, CHEAP, MARCH);
            tariffs.publish(CALL, DEAR, APRIL);

            assertThat(tariffs.inForce(CALL, MARCH.minusNanos(1))).isEmpty();
            assertThat(tariffs.inForce(CALL, MARCH).orElseThrow().tariff()).isEqualTo(CHEAP);
            assertThat(tariffs.inForce(CALL, APRIL.minusNanos(1)).orElseThrow().version())
                    .isEqualTo(1);
            assertThat(tariffs.inForce(CALL, APRIL).orElseThrow().version()).isEqualTo(2);
        }

        @Test
        void ofOneMomentTheLaterVersionHolds() {
            tariffs.publish(CALL, CHEAP, MARCH);
            tariffs.publish(CALL, DEAR, MARCH);

            assertThat(tariffs.inForce(CALL, MARCH).orElseThrow().tariff()).isEqualTo(DEAR);
        }

        @Test
        void isThePriceForAllUntilTheUserHasOne() {
            tariffs.publish(CALL, CHEAP, MARCH);
            tariffs.publish(BOB, DEAR, APRIL);

            assertThat(tariffs.inForce(BOB, APRIL.minusMillis(1)).orElseThrow().key())
                    .isEqualTo(CALL);
            assertThat(tariffs.inForce(BOB, APRIL).orElseThrow().key()).isEqualTo(BOB);
            assertThat(tariffs.inForce(CALL, APRIL).orElseThrow().tariff()).isEqualTo(CHEAP);
            assertThat(tariffs.inForce(TariffKey.of(Service.RELAY, UserId.of("bob")), APRIL))
                    .isEmpty();
        }
    }

    /** A store in which a rival can be quicker. */
    private static final class Shelf implements TariffStore {

        private final List<TariffVersion> all = new ArrayList<>();
        private final List<TariffVersion> rivals = new ArrayList<>();
        private boolean broken;

        @Override
        public void append(TariffVersion version) {
            if (broken) {
                throw new LivemeterException("store.unavailable", "The shelf is broken.");
            }
            if (!rivals.isEmpty()) {
                all.add(rivals.remove(0));
            }
            if (versions(version.key()).size() >= version.version()) {
                throw new LivemeterException("store.duplicate", "That number is taken.");
            }
            all.add(version);
        }

        @Override
        public List<TariffVersion> versions(TariffKey key) {
            return all.stream().filter(version -> version.key().equals(key)).toList();
        }

        @Override
        public List<TariffKey> keys() {
            return all.stream().map(TariffVersion::key).distinct().toList();
        }
    }
}

package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.destination.Destination;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.spi.KeepsQuota;
import dev.livemeter.spi.QuotaStore;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.Wallet;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LivemeterBuilderTest {

    private final ManualTime time = ManualTime.create();

    private Livemeter.Builder complete() {
        return Livemeter.builder()
                .wallet(InMemoryWallet.create(time))
                .storage(InMemoryStorage.create())
                .tariff(Tariff.perMinute("USD", "0.10"));
    }

    private static final class WithAQuota extends Plain implements KeepsQuota {

        private @Nullable QuotaStore store;

        @Override
        public void keepQuotaIn(QuotaStore counting) {
            assertThat(store).as("given once").isNull();
            store = counting;
        }
    }

    private static final class Closing extends Plain implements AutoCloseable {

        private final String called;
        private final List<String> closed;

        Closing(String called, List<String> closed) {
            this.called = called;
            this.closed = closed;
        }

        @Override
        public void close() {
            closed.add(called);
        }
    }

    /** The same, and it can be closed. */
    private static <T> T closing(Class<T> type, T part, String called, List<String> closed) {
        return type.cast(Proxy.newProxyInstance(
                LivemeterBuilderTest.class.getClassLoader(),
                new Class<?>[] {type, AutoCloseable.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        closed.add(called);
                        return null;
                    }
                    return method.getDeclaringClass() == Object.class
                            ? method.invoke(closed, arguments)
                            : method.invoke(part, arguments);
                }));
    }

    private static class Plain implements StreamProvider {

        private final InMemoryStreamProvider byKey = InMemoryStreamProvider.named("metered");

        @Override
        public String name() {
            return byKey.name();
        }

        @Override
        public String displayName() {
            return byKey.displayName();
        }

        @Override
        public Check check(Destination destination) {
            return byKey.check(destination);
        }

        @Override
        public Preparation prepare(Destination destination) {
            return byKey.prepare(destination);
        }
    }

    @Nested
    class Building {

        @Test
        void nothingGivenTellsWhatIsMissing() {
            assertThatThrownBy(() -> Livemeter.builder().build())
                    .isInstanceOfSatisfying(
                            ConfigurationException.class,
                            e -> assertThat(e.faults())
                                    .anySatisfy(fault -> assertThat(fault)
                                            .startsWith("There is no wallet. Give one with .wallet(...)")));
        }

        @Test
        void aWalletWithoutStoresAsksForThem() {
            var plain = (Wallet) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Wallet.class}, (proxy, method, arguments) -> null);
            assertThatThrownBy(() -> Livemeter.builder()
                            .wallet(plain)
                            .tariff(Tariff.perMinute("USD", "0.10"))
                            .build())
                    .hasMessageContaining("There is no storage for sessions, stream keys and destinations.")
                    .hasMessageContaining("give one with .storage(...)");
        }

        @Test
        void aPolicyInAnotherCurrencyIsAFault() {
            assertThatThrownBy(() -> complete()
                            .policy(SessionPolicy.defaults(Currency.getInstance("EUR")))
                            .build())
                    .hasMessage("The tariff is in USD and the session policy in EUR; give both in one currency.");
        }

        @Test
        void twoProvidersOfOneNameAreAFault() {
            assertThatThrownBy(() -> complete()
                            .provider(InMemoryStreamProvider.named("twitch"))
                            .provider(InMemoryStreamProvider.named("twitch"))
                            .build())
                    .hasMessageStartingWith("Two StreamProviders are called 'twitch':");
        }

        @Test
        void platformsAreClosedWithItWhileThereStillIsAStorage() {
            var closed = new ArrayList<String>();
            var platform = new Closing("platform", closed);
            var live = complete()
                    .wallet(closing(Wallet.class, InMemoryWallet.create(time), "wallet", closed))
                    .provider(platform)
                    .build();
            assertThat(closed).isEmpty();
            live.close();
            assertThat(closed).containsExactly("platform", "wallet");
        }

        @Test
        void platformsAreClosedWhereItCannotBeBuilt() {
            var closed = new ArrayList<String>();
            assertThatThrownBy(() -> Livemeter.builder()
                            .provider(new Closing("platform", closed))
                            .build())
                    .isInstanceOf(ConfigurationException.class);
            assertThat(closed).containsExactly("platform");
        }

        @Test
        void aPlatformWithAQuotaIsGivenTheStorageToCountIn() {
            var storage = InMemoryStorage.create();
            var platform = new WithAQuota();
            try (var live = complete().storage(storage).provider(platform).build()) {
                assertThat(live.destinations().provider("metered")).isPresent();
                assertThat(platform.store).isSameAs(storage.quotas().orElseThrow());
            }
        }

        @Test
        void withoutARelayThereIsNoIngestAndASentenceSaysSo() {
            try (var live = complete().build()) {
                assertThatThrownBy(live::ingest)
                        .isInstanceOf(LivemeterException.class)
                        .hasMessage("There is no relay to publish to; give one with Livemeter.builder().relay(...).");
            }
        }
    }

    @Nested
    class Settings {

        @Test
        void areReadIntoTheSameRecords() {
            var settings = Map.of(
                    "livemeter.tariff.currency", "EUR",
                    "livemeter.tariff.price-per-minute", "0.20",
                    "livemeter.tariff.increment", "60/1",
                    "livemeter.session.minimum-to-start", "1.50",
                    "livemeter.session.max-duration", "0s",
                    "unrelated.key", "x");
            try (var live = Livemeter.builder()
                    .wallet(InMemoryWallet.create(time))
                    .storage(InMemoryStorage.create())
                    .properties(settings)
                    .build()) {
                assertThat(live.tariff())
                        .isEqualTo(Tariff.perMinute("EUR", "0.20").in(Increment.parse("60/1")));
                assertThat(live.policy().minimumToStart()).isEqualTo(Money.of("EUR", "1.50"));
                assertThat(live.policy().maxDuration()).isEqualTo(Duration.ZERO);
            }
        }

        @Test
        void tellAllTheirFaultsTogether() {
            var settings = Map.of(
                    "livemeter.tarif.currency", "EUR",
                    "livemeter.relay", "rocket",
                    "livemeter.session.quota", "1s",
                    "livemeter.session.colour", "red",
                    "livemeter.stream-key.colour", "red");
            assertThatThrownBy(() -> complete().properties(settings).build())
                    .isInstanceOfSatisfying(
                            ConfigurationException.class,
                            e -> assertThat(e.faults())
                                    .containsExactlyInAnyOrder(
                                            "The setting livemeter.tarif.currency is not known; settings begin with livemeter. and one of"
                                                    + " account, billing, broadcast, call, chat, provider, relay, secret, session, stream-key, tariff, thumbnail, turn, wallet. Correct or remove it.",
                                            "The setting livemeter.relay is 'rocket', but there is no RelayController of that name; found none."
                                                    + " Correct the name or add the plugin's jar.",
                                            "The quota of PT1S is renewed PT15S before its end; expected less than the quota itself.",
                                            "The setting livemeter.session.colour is not known here; known are concurrent-streams, continue-for,"
                                                    + " failure-handling, final-unit, grace, low-balance-below, max-destinations, max-duration,"
                                                    + " minimum-to-start, prove-every, quota, renew-before, restrict-for, settle-every, top-up-page. Correct or remove it.",
                                            "The setting livemeter.stream-key.colour is not known here; known are prefix. Correct or remove it."));
        }

        @Test
        void leadToAPageAndToNothingElse() {
            assertThatThrownBy(() -> complete()
                            .properties(Map.of("livemeter.session.final-unit", "redirect"))
                            .build())
                    .isInstanceOfSatisfying(
                            ConfigurationException.class,
                            e -> assertThat(e.faults())
                                    .containsExactly(
                                            "The final unit redirects, and there is no page to redirect to; give the one where money is paid in,"
                                                    + " by topUpPage or the setting top-up-page."));
            assertThatThrownBy(() -> complete()
                            .properties(Map.of("livemeter.session.top-up-page", "javascript://shop.example/coins"))
                            .build())
                    .isInstanceOfSatisfying(
                            ConfigurationException.class,
                            e -> assertThat(e.faults())
                                    .containsExactly(
                                            "The page to top up at is 'javascript://shop.example/coins'; expected an address that begins with http:// or https:// and names a host."));
            try (var live = complete()
                    .properties(Map.of(
                            "livemeter.session.final-unit", "redirect",
                            "livemeter.session.top-up-page", "https://shop.example/coins"))
                    .build()) {
                assertThat(live.policy().topUpPage()).hasToString("https://shop.example/coins");
            }
        }

        @Test
        void sayByWhichCalendarMonthsBegin() {
            // Berlin is an hour ahead: there it is February.
            time.setWall(Instant.parse("2026-01-31T23:30:00Z"));
            var berlin = Map.of("livemeter.billing.zone", "Europe/Berlin");

            assertThat(monthOfAQuote(builder -> builder)).isEqualTo(YearMonth.of(2026, 1));
            assertThat(monthOfAQuote(builder -> builder.properties(berlin))).isEqualTo(YearMonth.of(2026, 2));
            assertThat(monthOfAQuote(builder -> builder.properties(berlin)
                            .billingZone(user -> ZoneId.of(user.value().equals("alice") ? "UTC" : "Asia/Tokyo"))))
                    .isEqualTo(YearMonth.of(2026, 1));
        }

        /** The month in which the first minute of a stream of Alice's would count. */
        private YearMonth monthOfAQuote(UnaryOperator<Livemeter.Builder> wishes) {
            try (var live = wishes.apply(complete().time(time).scheduler(time)).build()) {
                return live.prices()
                        .quote(UserId.of("alice"), TariffKey.of(Service.RELAY), Duration.ofMinutes(1), 1)
                        .explanation()
                        .get(0)
                        .month();
            }
        }

        @Test
        void refuseAZoneThatThereIsNot() {
            assertThatThrownBy(() -> complete()
                            .properties(Map.of("livemeter.billing.zone", "Mars/Phobos"))
                            .build())
                    .isInstanceOfSatisfying(
                            ConfigurationException.class,
                            e -> assertThat(e.faults())
                                    .containsExactly(
                                            "The setting livemeter.billing.zone is 'Mars/Phobos'; expected a time zone such as Europe/Berlin."));
        }

        @Test
        void whatIsGivenInCodeWins() {
            try (var live = complete()
                    .properties(Map.of("livemeter.tariff.price-per-minute", "9.00"))
                    .build()) {
                assertThat(live.tariff()).isEqualTo(Tariff.perMinute("USD", "0.10"));
            }
        }
    }
}

package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.Wallet;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class JdbcWalletProviderTest {

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(ComponentProvider.class))
                .filteredOn(JdbcWalletProvider.class::isInstance)
                .singleElement()
                .satisfies(provider -> {
                    assertThat(provider.type()).isEqualTo(Wallet.class);
                    assertThat(provider.name()).isEqualTo("jdbc");
                });
    }

    @Test
    void opensTheWalletThatItsSettingsName() {
        var config = config(Map.of("url", "jdbc:h2:mem:provider", "user", "books", "password", "geheim"));
        try (var wallet = (JdbcWallet) new JdbcWalletProvider().create(config)) {
            assertThat(wallet.balance(UserId.of("alice"))).isEmpty();
        }
    }

    @Test
    void tellsAllThatIsWrongWithItsSettings() {
        assertThatThrownBy(() -> new JdbcWalletProvider().create(config(Map.of("ulr", "x", "password", "geheim"))))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "The setting livemeter.wallet.jdbc.url is missing; expected some text.",
                                        "There is a password and no user; give both or neither.",
                                        "The setting livemeter.wallet.jdbc.ulr is not known here; known are password, url, user."
                                                + " Correct or remove it."));
    }

    private static ComponentConfig config(Map<String, String> settings) {
        return new ComponentConfig("livemeter.wallet.jdbc", settings);
    }
}

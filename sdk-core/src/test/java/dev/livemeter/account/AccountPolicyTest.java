package dev.livemeter.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.config.ConfigurationException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountPolicyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://host.example/connected",
                "https://host.example:8443/connected?by=platform",
                "http://localhost:8080/connected",
                "http://127.0.0.1/connected",
                "http://[::1]:8080/"
            })
    void peopleComeBackToPagesOfHosts(String page) {
        assertThat(AccountPolicy.returningTo(page).redirects()).containsExactly(URI.create(page));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://host.example/connected",
                "https://user@host.example/connected",
                "https://host.example/connected#there",
                "ftp://host.example/",
                "javascript:alert(1)",
                "/connected",
                "https:///connected"
            })
    void otherAddressesAreFaults(String page) {
        assertThatThrownBy(() -> AccountPolicy.returningTo(page))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("The page " + page
                        + " cannot be one that people come back to with an account; expected an address that begins with"
                        + " https://, or with http:// for this machine itself, without user and fragment.");
    }

    @Test
    void whatIsNoUrlIsAFault() {
        assertThatThrownBy(() -> AccountPolicy.returningTo("https://host.example/a b"))
                .hasMessage(
                        "The page 'https://host.example/a b' that people come back to with an account is no URL; write it like https://host/accounts.");
    }

    @Test
    void allFaultsAreToldTogether() {
        assertThatThrownBy(() -> new AccountPolicy(
                        Set.of(URI.create("ftp://b.example/"), URI.create("ftp://a.example/")), Duration.ofDays(1)))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .hasSize(3)
                                .element(2)
                                .isEqualTo(
                                        "The time to connect an account is 86400 seconds; expected a minute to an hour."));
    }

    @Test
    void withoutPagesAccountsAreConnectedByDevicesAlone() {
        assertThat(AccountPolicy.defaults()).isEqualTo(new AccountPolicy(Set.of(), Duration.ofMinutes(10)));
        assertThat(List.of(AccountPolicy.returningTo())).containsExactly(AccountPolicy.defaults());
    }
}

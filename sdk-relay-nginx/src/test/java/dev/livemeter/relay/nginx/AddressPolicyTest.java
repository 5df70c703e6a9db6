package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {

    private static final AddressPolicy STRICT = new AddressPolicy(false, Set.of(1935, 1936));
    private static final AddressPolicy OPEN = new AddressPolicy(true, Set.of(1935, 1936));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.9",
                "224.0.0.1",
                "239.1.1.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "64:ff9b::7f00:1",
                "100::1",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd12:3456::1",
                "ff02::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "3fff::1",
                "4000::1"
            })
    void refusesWhatIsNotPublic(String address) {
        assertThat(STRICT.objectionTo(IpLiteral.address(address), 443))
                .hasValueSatisfying(sentence ->
                        assertThat(sentence).contains("private or reserved").doesNotContain(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "99.255.255.255",
                "100.128.0.1",
                "172.15.0.1",
                "172.32.0.1",
                "192.169.0.1",
                "198.17.0.1",
                "198.20.0.1",
                "223.255.255.255",
                "2606:4700::1111",
                "2a00:1450::1",
                "2001:4860:4860::8888"
            })
    void letsPublicOnesThrough(String address) {
        assertThat(STRICT.objectionTo(IpLiteral.address(address), 1935)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "::"})
    void neverLeadsBackToTheRelay(String address) {
        assertThat(OPEN.objectionTo(IpLiteral.address(address), 1936))
                .hasValue("The address leads back to this relay; enter the platform's server instead.");
        assertThat(OPEN.objectionTo(IpLiteral.address(address), 1940)).isEmpty();
    }

    @Test
    void privateOnesCanBeAllowed() {
        assertThat(OPEN.objectionTo(IpLiteral.address("192.168.1.1"), 1935)).isEmpty();
    }
}

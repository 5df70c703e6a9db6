package dev.livemeter.signaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalingOptionsTest {

    @Test
    void theDefaultsAreThoseOfPeerServer() {
        var options = SignalingOptions.defaults();
        assertThat(options.socketPath()).isEqualTo("/peerjs");
        assertThat(options.key()).isEqualTo("peerjs");
        assertThat(options.expireTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.expireEvery()).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.aliveTimeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(options.mostPeers()).isEqualTo(5000);
        assertThat(options.discovery()).isFalse();
        assertThat(options.origins()).isEmpty();
    }

    @Test
    void aPathMayEndWithASlash() {
        assertThat(SignalingOptions.builder().path("/my/calls/").build().socketPath())
                .isEqualTo("/my/calls/peerjs");
    }

    @Test
    void allFaultsAreToldTogether() {
        assertThatThrownBy(() -> SignalingOptions.builder()
                        .path("calls")
                        .key("a key")
                        .aliveTimeout(Duration.ZERO)
                        .origins(List.of("example.com"))
                        .trustedProxies(List.of("10.0.0.0/33"))
                        .limits(SignalingLimits.defaults().withQueue(10, 1, 1))
                        .build())
                .hasMessage("""
                        The configuration has 6 faults:
                          - The signaling option path was given 'calls'; expected / or parts such as /calls, without a slash at the end.
                          - The signaling option key was given 'a key'; expected 1 to 64 letters, digits, dots, hyphens or underscores.
                          - The signaling option aliveTimeout was given 'PT0S'; expected more than zero.
                          - The signaling option origin was given 'example.com'; expected an origin such as https://example.com.
                          - The signaling option trustedProxy was given '10.0.0.0/33'; expected an address such as 10.0.0.1 or a block such as 10.0.0.0/8.
                          - The signaling option queueBytes was given '10'; expected at least messageBytes, which is 1048576, or no large message could be passed on.""");
    }

    @Test
    void theClientIsTheLastOfTheChainThatIsNoProxyOfOurs() {
        var trusted = List.of(block("10.0.0.0/8"), block("2001:db8::/32"));
        assertThat(AddressBlock.client(trusted, "192.0.2.1", "1.1.1.1")).isEqualTo("192.0.2.1");
        assertThat(AddressBlock.client(trusted, "10.0.0.1", "")).isEqualTo("10.0.0.1");
        assertThat(AddressBlock.client(trusted, "10.0.0.1", "1.1.1.1, 192.0.2.1"))
                .isEqualTo("192.0.2.1");
        assertThat(AddressBlock.client(trusted, "10.0.0.1", "192.0.2.1, 10.9.9.9, 2001:db8::5"))
                .isEqualTo("192.0.2.1");
        assertThat(AddressBlock.client(trusted, "10.0.0.1", "evil.example")).isEqualTo("10.0.0.1");
        assertThat(AddressBlock.client(trusted, "11.0.0.1", "192.0.2.1")).isEqualTo("11.0.0.1");
    }

    private static AddressBlock block(String text) {
        return java.util.Objects.requireNonNull(AddressBlock.parse(text));
    }
}

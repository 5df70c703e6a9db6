package dev.livemeter.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IceTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.700Z");

    @Test
    void eachPersonHasCredentialsOfTheirOwn() {
        var ice = new Ice(
                IcePolicy.builder()
                        .stun("stun:stun.example.org")
                        .turn(
                                Secret.of("north"),
                                "turn:turn.example.org:3478?transport=udp",
                                "turns:turn.example.org:443")
                        .validFor(Duration.ofHours(1))
                        .build(),
                InstantSource.fixed(NOW));
        var servers = ice.serversFor(PersonId.of(UserId.of("alice")));

        assertThat(servers.expiresAt()).isEqualTo(Instant.parse("2026-03-01T13:00:00Z"));
        assertThat(servers.servers()).hasSize(2);
        assertThat(servers.servers().get(0))
                .isEqualTo(new IceServer(java.util.List.of(IceUrl.of("stun:stun.example.org")), null, null));
        var relay = servers.servers().get(1);
        assertThat(relay.username()).isEqualTo("1772370000:alice");
        // printf %s 1772370000:alice | openssl dgst -sha1 -hmac north -binary | base64
        assertThat(relay.credential()).isEqualTo(Secret.of("ixu3MsiEOyFtgZHBiAQSSPTMxdU="));
        assertThat(relay.toString()).doesNotContain("ixu3MsiEOyFtgZHBiAQSSPTMxdU=");
        assertThat(ice.serversFor(PersonId.guest("7x2h")).servers().get(1).username())
                .isEqualTo("1772370000:guest-7x2h");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stun:stun.example.org",
                "stuns:stun.example.org:5349",
                "turn:10.0.0.1",
                "turn:turn.example.org:3478?transport=tcp",
                "turns:turn.example.org:443?transport=tcp",
                "turn:[2001:db8::1]:3478"
            })
    void takesAddressesOfServers(String url) {
        assertThat(IceUrl.of(url).value()).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "stun:",
                "http://stun.example.org",
                "stun://stun.example.org",
                "turn:host:0",
                "turn:host:65536",
                "turn:host?transport=sctp",
                "stun:host?transport=udp",
                "turns:host?transport=udp",
                "turn:user@host",
                "turn:-host",
                "turn:host\nturn:other"
            })
    void refusesWhatIsNoAddressOfAServer(String url) {
        assertThatThrownBy(() -> IceUrl.of(url))
                .isInstanceOf(LivemeterException.class)
                .hasMessage(
                        "The ICE server '" + url.replace('\n', '?')
                                + "' does not fit; expected stun:HOST, turn:HOST or turns:HOST, with :PORT and, of TURN, ?transport=udp or ?transport=tcp if wanted.");
    }

    @Test
    void tellsAllFaultsTogether() {
        assertThatThrownBy(() -> IcePolicy.builder()
                        .stun("turn:a.example.org")
                        .turn(Secret.of(" "), "stun:b.example.org")
                        .stun()
                        .validFor(Duration.ofSeconds(5))
                        .build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "The ICE server turn:a.example.org was given without a secret; STUN servers take none, TURN servers need one.",
                                        "The secret of the TURN servers is empty; give the static-auth-secret of the server.",
                                        "The ICE server stun:b.example.org was given with a secret; STUN servers take none, TURN servers need one.",
                                        "ICE servers were given without a URL; give at least one, such as stun:stun.example.org.",
                                        "Credentials for TURN are to be good for 5 seconds; expected 60 to 604800."));
    }

    @Test
    void theSecretOfAFileIsItsFirstLine(@TempDir Path folder) throws Exception {
        var file = folder.resolve("secret");
        var secret = TurnSecret.inFile(file);
        assertThatThrownBy(secret::newest)
                .isInstanceOf(LivemeterException.class)
                .hasMessageStartingWith("The file " + file + " with the secret of the TURN server cannot be read: ");
        Files.writeString(file, "\n  first  \nsecond\n");
        assertThat(secret.newest()).isEqualTo(Secret.of("first"));
        Files.writeString(file, "\n\n");
        assertThatThrownBy(secret::newest)
                .hasMessage(
                        "The file " + file
                                + " with the secret of the TURN server cannot be read: it has no line that is not blank. Write the secret into its first line.");
    }
}

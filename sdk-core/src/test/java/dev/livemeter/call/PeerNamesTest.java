package dev.livemeter.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.identity.UserId;
import dev.livemeter.peer.PeerId;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerNamesTest {

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-";

    @ParameterizedTest
    @CsvSource({"bob, '', bob", "bob, tab2, bob-tab2", "a.b_c@d-e, '', aZdbZucZadZhe", "Zoe, '', ZZoe", "ZdZ, '', ZZdZZ"
    })
    void aNameStaysReadable(String user, String device, String peer) {
        assertThat(PeerNames.of(UserId.of(user), device)).isEqualTo(PeerId.of(peer));
        assertThat(PeerNames.user(PeerId.of(peer))).contains(UserId.of(user));
    }

    @Test
    void theLongestNameFitsWithADevice() {
        for (var user : new String[] {"Z".repeat(64), "a" + "-".repeat(63), "9" + "@".repeat(63)}) {
            var peer = PeerNames.of(UserId.of(user), "tab234");
            assertThat(PeerNames.user(peer)).contains(UserId.of(user));
        }
    }

    @Test
    void everyLegalNameHasAnIdOfItsOwn() {
        var random = new Random(7);
        var users = new HashSet<UserId>();
        var peers = new HashSet<PeerId>();
        for (var i = 0; i < 20_000; i++) {
            var length = 1 + random.nextInt(i % 3 == 0 ? 64 : 3);
            var name = new StringBuilder();
            for (var j = 0; j < length; j++) {
                // Mostly such letters as need escaping, or look like it.
                var pool = random.nextBoolean() ? "Z9duah-_.@" : LETTERS;
                name.append(pool.charAt(random.nextInt(pool.length())));
            }
            if (!Character.isLetterOrDigit(name.charAt(0))) {
                continue;
            }
            var user = UserId.of(name.toString());
            var device = random.nextInt(4) == 0 ? "d" + random.nextInt(10) : "";
            var peer = PeerNames.of(user, device);
            assertThat(PeerNames.user(peer)).contains(user);
            if (device.isEmpty()) {
                assertThat(peers.add(peer)).isEqualTo(users.add(user));
            }
        }
        assertThat(peers).hasSameSizeAs(users);
    }

    @ParameterizedTest
    @CsvSource({"Zb", "bob tab", "aZ", "bob-TAB", "Z9", "Z9A0", "bob-1234567", "bob_x"})
    void whatIsNobodysIdIsNobodys(String peer) {
        assertThat(PeerNames.user(PeerId.of(peer))).isEmpty();
    }

    @Test
    void aDeviceIsShort() {
        assertThatThrownBy(() -> PeerNames.of(UserId.of("bob"), "my phone"))
                .hasMessage(
                        "A device name of 8 characters was given that does not fit: expected up to 6 of a-z and 0-9.");
    }
}

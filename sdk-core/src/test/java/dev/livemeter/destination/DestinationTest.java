package dev.livemeter.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.account.AccountId;
import dev.livemeter.secret.Secret;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtmp://host/app",
                "rtmp://host:1936/live/sub",
                "rtmps://live-api-s.facebook.com:443/rtmp/",
                "rtmp://192.0.2.1/app"
            })
    void acceptsAnRtmpApplication(String server) {
        assertThatCode(() -> Destination.custom("Mine", server, "key")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtmp://host/app; exec_push /bin/sh",
                "rtmp://host/app\nworker_processes 9",
                "rtmp://host/a b",
                "rtmp://host/\"app\"",
                "rtmp://host/'app'",
                "rtmp://host/app;x",
                "rtmp://host/${app}",
                "rtmp://user:pass@host/app",
                "rtmp://host/app?x=1",
                "rtmp://host/app#x",
                "rtmp://host",
                "rtmp://host/",
                "rtmp:///app",
                "rtmp://[fe80::1]/app",
                "rtmp://host:99999/app",
                "rtmp://host:0/app",
                "http://host/app",
                "unix:/tmp/socket",
                "file:///etc/passwd",
                "rtmp://ho_st/app",
                ""
            })
    void refusesEverythingElseInASentence(String server) {
        assertThatThrownBy(() -> Destination.custom("Mine", server, "key"))
                .hasMessageMatching("(The server|The port) .*'Mine'.*\\.")
                .extracting("code")
                .isEqualTo("destination.malformed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a;b",
                "a\"b",
                "a'b",
                "a\nb",
                "a\rb",
                "a{b",
                "a$b",
                "a\\b",
                "a#b",
                "a<b",
                "a\u0000b",
                "ä"
            })
    void refusesAKeyThatCouldBreakOutOfAnything(String key) {
        assertThatThrownBy(() -> Destination.twitch(key))
                .hasMessage("The stream key of the destination 'Twitch' does not fit: it has " + key.length()
                        + " characters, expected 1 to 4,000 of letters, digits and . _ ~ : @ ! * ( ) , / ? & = % + | - without"
                        + " blanks, quotes or semicolons. Copy it again from the platform.");
    }

    @Test
    void keepsTheKeyOutOfWhatIsPrinted() {
        assertThat(Destination.twitch("live_123456_secretsecret").toString()).doesNotContain("secret");
    }

    @Test
    void refusesAKeyThatIsTooLong() {
        assertThatCode(() -> Destination.twitch("k".repeat(4_000))).doesNotThrowAnyException();
        assertThatThrownBy(() -> Destination.twitch("k".repeat(4_001))).hasMessageContaining("it has 4001 characters");
    }

    @Test
    void refusesANameThatPeopleCannotRead() {
        assertThatThrownBy(() -> Destination.twitch("key").named("a\u0007b"))
                .hasMessage(
                        "The name of a destination is 1 to 60 characters without control characters; got 3 characters.");
    }

    @Test
    void goesByAnAccountInsteadOfAKey() {
        var destination = Destination.account("youtube", "My channel", new AccountId("acc-1"));

        assertThat(destination.account()).isEqualTo(new AccountId("acc-1"));
        assertThat(destination.key()).isNull();
        assertThat(destination.named("Other").account()).isEqualTo(new AccountId("acc-1"));
        assertThatThrownBy(destination::requireKey)
                .hasMessage(
                        "The destination 'My channel' goes by an account and has no stream key; ask account() first.");
        assertThat(Destination.twitch("abcd").requireKey()).isEqualTo(Secret.of("abcd"));
    }

    @Test
    void hasAKeyOrAnAccountAndNotBoth() {
        var account = new AccountId("acc-1");
        var server = URI.create("rtmp://host.example/app");

        assertThatThrownBy(() -> new Destination("youtube", "Mine", null, null, null))
                .hasMessage("The destination 'Mine' has neither a stream key nor an account; give one of the two.")
                .extracting("code")
                .isEqualTo("destination.malformed");
        assertThatThrownBy(() -> new Destination("youtube", "Mine", null, Secret.of("abcd"), account))
                .hasMessage("The destination 'Mine' has a stream key and an account; give one of the two.");
        assertThatThrownBy(() -> new Destination("youtube", "Mine", server, null, account))
                .hasMessage(
                        "The destination 'Mine' names an account and a server; leave the server out, the platform tells it.");
    }
}

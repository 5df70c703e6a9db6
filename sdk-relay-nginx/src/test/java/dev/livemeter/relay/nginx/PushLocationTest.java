package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.secret.Secret;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PushLocationTest {

    @Test
    void namesAddressApplicationAndKey() {
        assertThat(of("rtmp://a.rtmp.youtube.com/live2", "abcd-1234"))
                .isEqualTo("rtmp://192.0.2.7:1935/live2/abcd-1234");
        assertThat(of("rtmp://host.test:19350/app/", "k?bandwidthtest=true&x=%20"))
                .isEqualTo("rtmp://192.0.2.7:19350/app/k?bandwidthtest=true&x=%20");
        assertThat(PushLocation.of(IpLiteral.address("2001:db8::7"), target("rtmp://host.test/app", "k")))
                .isEqualTo("rtmp://[2001:db8:0:0:0:0:0:7]:1935/app/k");
    }

    @Test
    void aKeyMayBeAsLongAsAnyThatWasSeenAndMore() {
        assertThat(objection("rtmp://host.test/app", "k".repeat(4_000))).isNull();
        assertThat(objection("rtmps://host.test/app", "k".repeat(4_000))).isNull();
        assertThat(objection("rtmp://host.test/app", "k".repeat(4_001))).isNotNull();
    }

    @Test
    void nginxTakesALocationOfSoManyBytes() {
        var room = 254 - "rtmp://192.0.2.7:1935/app/".length();
        assertThat(PushLocation.fits(of("rtmp://host.test/app", "k".repeat(room))))
                .isTrue();
        assertThat(PushLocation.fits(of("rtmp://host.test/app", "k".repeat(room + 1))))
                .isFalse();
    }

    @Test
    void tlsNeedsANameThatACertificateCanProve() {
        assertThat(objection("rtmps://live-api-s.facebook.com:443/rtmp/", "FB-1"))
                .isNull();
        assertThat(objection("rtmps://a.rtmps.youtube.com/live2", "k")).isNull();
        for (var server :
                List.of("rtmps://1.2.3.4/app", "rtmps://bad..host/app", "rtmps://-x.test/app", "rtmps://x-.test/app")) {
            assertThat(objection(server, "k")).as(server).isNotNull();
        }
        assertThat(objection("rtmps://1.2.3.4/app", "k"))
                .isEqualTo(
                        "A server is reached over TLS (rtmps://) by its name only, as the name is what its certificate proves; write it"
                                + " like rtmps://host:443/app.");
    }

    @Test
    void goesThroughLoopbackToATlsServer() {
        assertThat(PushLocation.through(new TlsEgress.Way.Through(19351), target("rtmps://host.test/app/", "k?x=1")))
                .isEqualTo("rtmp://127.0.0.1:19351/app/k?x=1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://host.test/app", "rtmp:///app", "rtmp://user@host.test/app", "rtmp://host.test/app?x=1",
                        "rtmp://host.test/app#f",
                "rtmp://host.test", "rtmp://host.test/", "rtmp://host.test/a/b", "rtmp://host.test:0/app",
                        "rtmp://host.test:65536/app",
                "rtmp://host.test/a%20b", "rtmp://[::1]/app"
            })
    void objectsToServersOfAnotherForm(String server) {
        assertThat(objection(server, "key-not-to-be-shown")).endsWith(".").doesNotContain("key-not-to-be-shown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a;b",
                "a\"b",
                "a'b",
                "a\\b",
                "a{b",
                "a}b",
                "a$b",
                "a#b",
                "a<b",
                "a\nb",
                "a\r\nSet-Cookie: x",
                "a\0b",
                "é"
            })
    void objectsToKeysThatCouldBreakOut(String key) {
        assertThat(objection("rtmp://host.test/app", key))
                .isEqualTo(
                        "The stream key is empty, too long, or has a character that could break out of a command; copy it again from the"
                                + " platform.");
    }

    private static String of(String server, String key) {
        return PushLocation.of(IpLiteral.address("192.0.2.7"), target(server, key));
    }

    private static String objection(String server, String key) {
        return PushLocation.objectionTo(target(server, key)).orElse(null);
    }

    private static PushTarget target(String server, String key) {
        return new PushTarget(URI.create(server), Secret.of(key));
    }
}

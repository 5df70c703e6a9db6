package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNotesTest {

    private static final String TOKEN = "t".repeat(26);
    private static final String RUN = "r".repeat(26);

    private static HostNotes notes() {
        return new HostNotes(
                "shop",
                TOKEN,
                RUN,
                List.of(new TlsRoute(
                        new TlsHost("platform.test", 443),
                        18943,
                        List.of(IpLiteral.address("192.0.2.1"), IpLiteral.address("2001:db8::1")))));
    }

    @Test
    void areReadAsTheyWereWrittenAndWrittenAlikeEachTime() {
        assertThat(notes().text()).isEqualTo("""
                # Written by Livemeter. The token is a secret of this host.
                owner=shop
                token=%s
                run=%s
                route.0=18943 platform.test 443 192.0.2.1 2001:db8:0:0:0:0:0:1
                """.formatted(TOKEN, RUN));
        assertThat(HostNotes.parse(notes().text())).contains(notes());
        assertThat(HostNotes.parse(notes().text()).orElseThrow().text()).isEqualTo(notes().text());
    }

    @Test
    void doNotShowTheTokenWhenPrinted() {
        assertThat(notes()).hasToString("HostNotes[shop]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "owner=shop",
                "owner=../x\ntoken=tttttttttttttttttttttttttt\nrun=rrrrrrrrrrrrrrrrrrrrrrrrrr",
                "owner=shop\ntoken=short\nrun=rrrrrrrrrrrrrrrrrrrrrrrrrr",
                "owner=shop\ntoken=tttttttttttttttttttttttttt\nrun=rrrrrrrrrrrrrrrrrrrrrrrrrr\nroute.0=1 a.test 443",
                "owner=shop\ntoken=tttttttttttttttttttttttttt\nrun=rrrrrrrrrrrrrrrrrrrrrrrrrr\nroute.0=1 a.test 443 evil.test",
                "owner=\\u00zz"
            })
    void areNoneWhereTheyAreNotWhole(String text) {
        assertThat(HostNotes.parse(text)).isEmpty();
    }
}

package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.testing.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TlsComplaintsTest {

    private static final String HEAD = "2026/11/21 11:46:37 [error] 1#1: *52 ";
    private static final String TAIL =
            " while SSL handshaking to upstream, client: 127.0.0.1, server: 127.0.0.1:19351, upstream: \"1.1.1.1:443\", bytes from/to client:0/0";

    private final ManualTime time = ManualTime.create();
    private final TlsComplaints complaints = new TlsComplaints(time);

    @Test
    void saysWhatWasWrongWithTheCertificate() {
        complaints.read(HEAD + "upstream SSL certificate does not match \"a.test\"" + TAIL);
        assertThat(complaints.about(19351))
                .hasValue(
                        "The server's certificate is for another name than the server's, so nothing was sent; check the address for typing errors.");
        complaints.read(HEAD + "upstream SSL certificate verify error: (10:certificate has expired)" + TAIL);
        assertThat(complaints.about(19351))
                .hasValue(
                        "The server's certificate could not be verified (certificate has expired), so nothing was sent."
                                + " The server must show a certificate of a known authority.");
        assertThat(complaints.about(19352)).isEmpty();
    }

    @Test
    void saysThatANameLeadsNowhere() {
        complaints.read(
                HEAD
                        + "a.test could not be resolved (3: Host not found), client: 127.0.0.1, server: 127.0.0.1:19351, bytes");
        assertThat(complaints.about(19351))
                .hasValue(
                        "The name of the server could not be resolved, or leads to an address that this relay does not pass streams on to.");
    }

    @Test
    void forgetsAfterAWhile() {
        complaints.read(HEAD + "upstream SSL certificate does not match \"a.test\"" + TAIL);
        time.advance(Duration.ofSeconds(15));
        assertThat(complaints.about(19351)).isEmpty();
    }

    @Test
    void otherLinesAreNoComplaints() {
        complaints.read("worker process 12 exited on signal 11, server: 127.0.0.1:19351, ");
        assertThat(complaints.about(19351)).isEmpty();
    }
}

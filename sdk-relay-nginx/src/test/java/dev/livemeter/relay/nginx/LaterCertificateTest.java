package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Which of two certificates counts where nodes bring different ones. */
class LaterCertificateTest {

    /** Issued for the time from January 2026 on. */
    private static final String WINTER = """
            -----BEGIN CERTIFICATE-----
            MIIBQDCB56ADAgECAggcY/dSF7BiVTAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpy
            ZWxheS50ZXN0MB4XDTI2MDEwMTAwMDAwMFoXDTI2MDQwMTAwMDAwMFowFTETMBEG
            A1UEAxMKcmVsYXkudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPCTbAqW
            25C0Rfu7nRenCUubQVKwcuCo9eA64+69Ix3fppiTLQKFUY6kJz4F3KnzE9q60wcm
            cuoeVfOWd3/N3oqjITAfMB0GA1UdDgQWBBQqSoplXyxpMy1znNDY679ijsxcADAK
            BggqhkjOPQQDAgNIADBFAiBwuENR7KYNZcpl7DR5SrvdIThzU+uypB/131Si+8sa
            SAIhAO7JPpOPGbfaNI1WZUYFZeRRYiCWQVVbuCwdr3jw63Nx
            -----END CERTIFICATE-----
            """;

    /** Issued for the time from June 2026 on. */
    private static final String SUMMER = """
            -----BEGIN CERTIFICATE-----
            MIIBQTCB6KADAgECAgkAtZ4AsiQ0WJUwCgYIKoZIzj0EAwIwFTETMBEGA1UEAxMK
            cmVsYXkudGVzdDAeFw0yNjA2MDEwMDAwMDBaFw0yNjA4MzAwMDAwMDBaMBUxEzAR
            BgNVBAMTCnJlbGF5LnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASfPnTM
            BRyw4kfs0h6Ph8GvBlefvJOK6RtjyitSh1ZdTAGLvwYNH9uOCQ91vQ6qp9cYj6Pi
            d/aT6eAEwIPdgfonoyEwHzAdBgNVHQ4EFgQUl2O6eKgra1B3Yljjq7KD/6luYeow
            CgYIKoZIzj0EAwIDSAAwRQIgcayiC4W2L4jZRyLMQ8/RXQAkHLT6zSQFxjdZ9FQd
            hG8CIQCfEri5mbZTmuqZNgMSZSel5RyMWePo73OZOH4gIZ3DPQ==
            -----END CERTIFICATE-----
            """;

    @Test
    void theOneThatWasIssuedForALaterTimeCounts() {
        assertThat(IngestCertificate.isLater(SUMMER, WINTER)).isTrue();
        assertThat(IngestCertificate.isLater(WINTER, SUMMER)).isFalse();
        assertThat(IngestCertificate.isLater(SUMMER, SUMMER)).isFalse();
    }

    @Test
    void whatIsNoCertificateNeverCounts() {
        assertThat(IngestCertificate.isLater("", WINTER)).isFalse();
        assertThat(IngestCertificate.isLater("none", WINTER)).isFalse();
    }

    @Test
    void theOneThatIsLeftOutIsNamedWithBothDates() {
        assertThat(IngestCertificate.older(Path.of("/etc/relay.crt"), WINTER, SUMMER))
                .hasValue(
                        "The ingest certificate /etc/relay.crt, issued for the time from 2026-01-01T00:00:00Z on, is not"
                                + " brought to the relay host: the one that is in force there is issued for the time from"
                                + " 2026-06-01T00:00:00Z on. Renew the file on this node, too.");
        assertThat(IngestCertificate.older(Path.of("/etc/relay.crt"), "none", SUMMER))
                .isEmpty();
    }
}

package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NginxLogTest {

    @Test
    @DisplayName("Acceptance 15: blots out what could hold a key")
    void blotsOutWhatCouldHoldAKey() {
        assertThat(NginxLog.redacted("2026/11/21 [crit] 7#7: *3 notify: push 'x' to 'rtmp://1.2.3.4:1935/app/SECRET'"))
                .doesNotContain("SECRET")
                .contains("notify: push");
        assertThat(NginxLog.redacted(
                        "[crit] 7#7: *3 recv() failed, client: 1.2.3.4:1935/app/SECRET, server: 127.0.0.1:1936"))
                .isEqualTo("[crit] 7#7: *3 recv() failed");
        assertThat(NginxLog.redacted("a\tb\u001b[31m")).isEqualTo("a?b?[31m");
    }

    @Test
    void noticesThatTheWorkerDied() {
        var deaths = new AtomicInteger();
        var log = new NginxLog(deaths::incrementAndGet, line -> {});
        log.follow(new ByteArrayInputStream("2026/11/21 [alert] 1#1: worker process 2 exited on signal 9\nother\n"
                .getBytes(StandardCharsets.UTF_8)));
        assertThat(deaths).hasValue(1);
        assertThat(log.recent()).hasSize(2);
    }
}

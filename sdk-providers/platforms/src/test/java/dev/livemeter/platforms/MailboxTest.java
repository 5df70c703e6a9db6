package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class MailboxTest {

    @Test
    void anErrorInOneStepKeepsNoOtherFromRunning() {
        var mailbox = new Mailbox(Runnable::run);
        var ran = new ArrayList<String>();
        mailbox.post(() -> {
            mailbox.post(() -> ran.add("after"));
            throw new AssertionError("a test's own");
        });
        mailbox.post(() -> ran.add("later"));
        assertThat(ran).containsExactly("after", "later");
    }

    @Test
    void whatGivesEverythingBackRunsAlsoWhereTheWorkersTakeNothingMore() {
        var mailbox = new Mailbox(task -> {
            throw new RejectedExecutionException("closed");
        });
        var ran = new ArrayList<String>();
        assertThat(mailbox.post(() -> ran.add("lost"))).isFalse();
        mailbox.postLast(() -> ran.add("last"));
        assertThat(ran).containsExactly("last");
    }
}

package dev.livemeter.platforms.http;

import dev.livemeter.metrics.MetricSink;
import dev.livemeter.metrics.MetricSource;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Counts what is asked of one platform. Thread-safe. */
public final class CallCounts implements CallListener, MetricSource {

    private final String prefix;
    private final QuotaLedger quota;
    private final LongAdder answered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unanswered = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder withheld = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    /**
     * Counts from zero.
     *
     * @param platform the provider's name, such as {@code youtube}
     */
    public CallCounts(String platform, QuotaLedger quota) {
        this.prefix = "livemeter.platform." + platform + ".";
        this.quota = quota;
    }

    @Override
    public void answered(String operation, int status, Duration took) {
        answered.increment();
        nanos.add(took.toNanos());
        if (status >= 400) {
            refused.increment();
        }
    }

    @Override
    public void unanswered(String operation, String code, Duration took) {
        unanswered.increment();
        nanos.add(took.toNanos());
    }

    @Override
    public void retried(String operation) {
        retried.increment();
    }

    @Override
    public void withheld(String operation, String code) {
        withheld.increment();
    }

    @Override
    public void describe(MetricSink sink) {
        sink.total(prefix + "answered", "requests", "requests that the platform answered", answered::sum);
        sink.total(prefix + "refused", "requests", "those of them with status 400 or above", refused::sum);
        sink.total(prefix + "unanswered", "requests", "requests that had no answer, or none in time", unanswered::sum);
        sink.total(prefix + "retried", "requests", "requests that were sent again", retried::sum);
        sink.total(prefix + "withheld", "requests", "requests that were not sent, for want of budget", withheld::sum);
        sink.total(prefix + "waited", "seconds", "time spent waiting for answers", () -> nanos.sum() / 1_000_000_000L);
        if (quota.limited()) {
            sink.gauge(prefix + "quota.left", "units", "units of the platform's quota left today", quota::left);
        }
    }
}

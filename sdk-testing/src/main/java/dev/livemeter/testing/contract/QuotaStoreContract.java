package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.spi.QuotaStore;
import dev.livemeter.spi.QuotaStore.Used;
import java.time.LocalDate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link QuotaStore} keeps: the rules of {@code docs/contracts/quota-store.md}. Extend it, supply a store, inherit the tests. */
@Timeout(180)
public abstract class QuotaStoreContract {

    private static final String QUOTA = "youtube 4711";
    private static final LocalDate DAY = LocalDate.of(2026, 3, 1);
    private static final int RUNNERS = 8;

    private QuotaStore store;

    /** For subclasses. */
    protected QuotaStoreContract() {}

    /** An empty store. Called before each test. */
    protected abstract QuotaStore create();

    /** Another way into the same store, as another node has it; the same where there is none. Called after {@link #create}. */
    protected QuotaStore another() {
        return store;
    }

    @BeforeEach
    void start() {
        store = create();
    }

    private Used told() {
        return store.use(QUOTA, DAY, 0, 0, 0);
    }

    @Test
    @Rule("QTA-01")
    void whatIsUsedAddsUp() {
        assertThat(store.use(QUOTA, DAY, 3, 0, 0)).isEqualTo(new Used(3, true));
        assertThat(store.use(QUOTA, DAY, 4, 50, 100)).isEqualTo(new Used(57, true));
        assertThat(told().units()).isEqualTo(57);
    }

    @Test
    @Rule("QTA-02")
    void whatIsWantedIsTakenWholeOrNotAtAll() {
        assertThat(store.use(QUOTA, DAY, 10, 90, 100)).isEqualTo(new Used(100, true));
        assertThat(store.use(QUOTA, DAY, 5, 1, 100)).isEqualTo(new Used(105, false));
        assertThat(store.use(QUOTA, DAY, 0, 45, 150)).isEqualTo(new Used(150, true));
        assertThat(store.use(QUOTA, DAY, 0, 1, 150)).isEqualTo(new Used(150, false));
        assertThat(told().units()).isEqualTo(150);
    }

    @Test
    @Rule("QTA-03")
    void noMoreIsGrantedThanTheLimitAllowsHoweverManyWantIt() {
        var nodes = new QuotaStore[] {store, another()};
        var granted = Race.of(RUNNERS, runner -> {
            var count = 0;
            for (var i = 0; i < 20; i++) {
                if (nodes[runner % 2].use(QUOTA, DAY, 0, 10, 1_000).granted()) {
                    count++;
                }
            }
            return count;
        });

        assertThat(granted.stream().mapToInt(count -> count).sum()).isEqualTo(100);
        assertThat(told().units()).isEqualTo(1_000);
    }

    @Test
    @Rule("QTA-04")
    void nothingThatIsRecordedIsLost() {
        var nodes = new QuotaStore[] {store, another()};
        var unused = Race.of(RUNNERS, runner -> {
            for (var i = 0; i < 20; i++) {
                nodes[runner % 2].use(QUOTA, DAY, 7, 0, 0);
            }
            return runner;
        });

        assertThat(told().units()).isEqualTo(7L * 20 * RUNNERS);
    }

    @Test
    @Rule("QTA-05")
    void eachQuotaAndEachDayIsCountedForItself() {
        store.use(QUOTA, DAY, 10, 0, 0);
        store.use(QUOTA, DAY.plusDays(1), 20, 0, 0);
        store.use("youtube 4712", DAY, 40, 0, 0);

        assertThat(told().units()).isEqualTo(10);
        assertThat(store.use(QUOTA, DAY.plusDays(1), 0, 0, 0).units()).isEqualTo(20);
        assertThat(store.use("youtube 4712", DAY, 0, 0, 0).units()).isEqualTo(40);
        assertThat(store.use("q".repeat(200), DAY, 1, 0, 0).units()).isEqualTo(1);
    }

    @Test
    @Rule("QTA-06")
    void askingChangesNothing() {
        assertThat(told()).isEqualTo(new Used(0, true));
        store.use(QUOTA, DAY, 10, 0, 0);
        assertThat(told()).isEqualTo(new Used(10, true));
        assertThat(told()).isEqualTo(new Used(10, true));
    }

    @Test
    @Rule("QTA-07")
    void theDayBeforeIsStillKnownOnTheNextDay() {
        store.use(QUOTA, DAY, 10, 0, 0);
        store.use(QUOTA, DAY.plusDays(1), 1, 0, 0);

        assertThat(told().units()).isEqualTo(10);
    }
}

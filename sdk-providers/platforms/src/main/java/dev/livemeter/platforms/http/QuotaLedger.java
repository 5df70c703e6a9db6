package dev.livemeter.platforms.http;

import dev.livemeter.spi.QuotaStore;
import dev.livemeter.spi.QuotaStore.Used;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The units that a platform gives an application for a day, and what is left of them. Where a {@linkplain #share store} counts, all nodes share them and a restart begins with what is left: what
 * costs much is taken there before it is sent, what costs little is recorded there some of it at a time. Without a store, and as long as it does not answer, this process counts by itself. When the platform itself says
 * that they are used up, that stands for half an hour. Thread-safe; nothing waits for the store longer than half a second.
 */
public final class QuotaLedger {

    private static final Logger log = LoggerFactory.getLogger(QuotaLedger.class);

    /** What costs as much is asked for before; the rest is recorded afterwards, so each node may be wrong by {@link #RECORDED_AT} units. */
    private static final long COSTLY = 10;

    private static final long RECORDED_AT = 20;
    private static final Duration ASKED_EVERY = Duration.ofSeconds(30);
    /** For so long a platform is believed that nothing is left. */
    private static final Duration BELIEVED = Duration.ofMinutes(30);

    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final InstantSource clock;
    private final ZoneId zone;
    private final long perDay;
    private final long reserve;
    private final Map<String, Integer> prices;
    private final int otherPrice;
    private LocalDate day;
    private @Nullable Shared shared;
    /** What all nodes have used, as far as the store told. */
    private long known;
    /** What this process has used besides, and the store does not know yet. */
    private long owed;

    private @Nullable Question asking;
    private Instant askAgainAt = Instant.MIN;
    private Instant exhaustedUntil = Instant.MIN;
    private boolean silent;

    /** Where units are counted for all nodes. */
    private record Shared(QuotaStore store, String name, Executor executor) {}

    /** What the store is asked; one at a time. Its fields are touched under the ledger's lock alone. */
    private static final class Question {
        private final LocalDate day;
        private final long spent;
        private final long wanted;
        private boolean answered;
        private boolean granted;
        private boolean letThrough;

        Question(LocalDate day, long spent, long wanted) {
            this.day = day;
            this.spent = spent;
            this.wanted = wanted;
        }
    }

    /**
     * @param zone whose midnight it begins anew at
     * @param reserve kept back from {@linkplain Call.Need#ROUTINE routine} calls
     * @param prices of operations, in units
     * @param otherPrice of those that are not among them
     */
    public QuotaLedger(
            InstantSource clock, ZoneId zone, long perDay, long reserve, Map<String, Integer> prices, int otherPrice) {
        this.clock = clock;
        this.zone = zone;
        this.perDay = perDay;
        this.reserve = reserve;
        this.prices = Map.copyOf(prices);
        this.otherPrice = otherPrice;
        this.day = LocalDate.ofInstant(clock.instant(), zone);
    }

    /** For platforms that count no units. */
    public static QuotaLedger unlimited(InstantSource clock) {
        return new QuotaLedger(clock, ZoneId.of("UTC"), Long.MAX_VALUE, 0, Map.of(), 0);
    }

    /**
     * Counts in a store from now on.
     *
     * @param name of the quota there; the same for all who share it
     * @param executor asks the store
     */
    public void share(QuotaStore store, String name, Executor executor) {
        synchronized (this) {
            shared = new Shared(store, name, executor);
        }
        refresh();
    }

    /** Takes the price of that call, where enough is left for its need. Charged for each attempt, as platforms do. */
    boolean charge(Call call) {
        if (call.need() == Call.Need.FREE || !limited()) {
            return true;
        }
        var price = price(call.operation());
        var limit = perDay - (call.need() == Call.Need.ROUTINE ? reserve : 0);
        final Question question;
        final Shared place;
        synchronized (this) {
            roll();
            if (isExhausted() || limit - used() < price) {
                return false;
            }
            place = shared;
            if (place == null || price < COSTLY || !mayAsk()) {
                owed += price;
                question = null;
            } else {
                question = ask(price);
            }
        }
        if (place == null) {
            return true;
        }
        if (question == null) {
            recordSome();
            return true;
        }
        return taken(question, send(place, question, limit));
    }

    /** Whether a routine call of each of these could be sent one after the other; takes nothing. */
    public boolean affords(List<String> operations) {
        return !limited()
                || leftForRoutine()
                        >= operations.stream().mapToLong(this::price).sum();
    }

    /**
     * The platform says that nothing is left, whatever was counted here. Nothing is asked for a while then, and not for the rest of the day: the platform's clock may be
     * behind ours, so that it speaks of the day before.
     *
     * @param askedAt when that was asked which it answers so; of another day it says nothing
     */
    synchronized void exhaust(Instant askedAt) {
        roll();
        if (!LocalDate.ofInstant(askedAt, zone).isBefore(day)) {
            var believed = clock.instant().plus(BELIEVED);
            var reset = resetAt();
            exhaustedUntil = believed.isBefore(reset) ? believed : reset;
        }
    }

    private boolean isExhausted() {
        return clock.instant().isBefore(exhaustedUntil);
    }

    /** When something may be sent again that there are not enough units for now. */
    synchronized Instant againAt() {
        return isExhausted() ? exhaustedUntil : resetAt();
    }

    public int price(String operation) {
        return prices.getOrDefault(operation, otherPrice);
    }

    public boolean limited() {
        return perDay != Long.MAX_VALUE;
    }

    /** Units left today, of all nodes where they share them. */
    public long left() {
        refresh();
        synchronized (this) {
            roll();
            return isExhausted() ? 0 : Math.max(perDay - used(), 0);
        }
    }

    /** Those of them that routine calls may use. */
    public long leftForRoutine() {
        return Math.max(left() - reserve, 0);
    }

    /** When it begins anew. */
    public Instant resetAt() {
        return LocalDate.ofInstant(clock.instant(), zone)
                .plusDays(1)
                .atStartOfDay(zone)
                .toInstant();
    }

    /** Records what is not recorded yet; waits for the store as long as for anything else. For the end. */
    public void settle() {
        final Question question;
        final Shared place;
        synchronized (this) {
            roll();
            place = shared;
            question = place == null || owed == 0 || !mayAsk() ? null : ask(0);
        }
        if (place != null && question != null) {
            var unused = taken(question, send(place, question, perDay));
        }
    }

    /** Asks the store what all others have used, where it was not asked for a while. */
    private void refresh() {
        askIf(() -> !clock.instant().isBefore(askAgainAt));
    }

    /** As {@link #refresh}, and also where there is much to record. */
    private void recordSome() {
        askIf(() -> owed >= RECORDED_AT || !clock.instant().isBefore(askAgainAt));
    }

    private void askIf(BooleanSupplier due) {
        final Question question;
        final Shared place;
        synchronized (this) {
            roll();
            place = shared;
            if (place == null || !mayAsk() || !due.getAsBoolean()) {
                return;
            }
            question = ask(0);
        }
        var unused = send(place, question, perDay);
    }

    private long used() {
        var present = asking;
        return known + owed + (present == null || !present.day.equals(day) ? 0 : present.spent + present.wanted);
    }

    private boolean mayAsk() {
        return asking == null && !(silent && clock.instant().isBefore(askAgainAt));
    }

    private Question ask(long wanted) {
        var question = new Question(day, owed, wanted);
        owed = 0;
        asking = question;
        return question;
    }

    private CompletableFuture<Used> send(Shared place, Question question, long limit) {
        try {
            return CompletableFuture.supplyAsync(
                            () -> place.store().use(place.name(), question.day, question.spent, question.wanted, limit),
                            place.executor())
                    .whenComplete((used, failure) -> heard(question, used, failure));
        } catch (RejectedExecutionException over) {
            heard(question, null, over);
            return CompletableFuture.failedFuture(over);
        }
    }

    private synchronized void heard(Question question, @Nullable Used used, @Nullable Throwable failure) {
        question.answered = true;
        // Where the store failed, this process goes by its own count, which was asked before.
        question.granted = used == null || used.granted();
        asking = null;
        askAgainAt = clock.instant().plus(ASKED_EVERY);
        var today = question.day.equals(day);
        if (used == null) {
            if (!silent) {
                log.warn(
                        "What is used of a platform's quota cannot be recorded; this process counts by itself meanwhile: {}",
                        String.valueOf(failure));
            }
            silent = true;
            if (today) {
                owed += question.spent + question.wanted;
            }
            return;
        }
        silent = false;
        if (today) {
            known = used.units();
            if (!used.granted() && question.letThrough) {
                owed += question.wanted;
            }
        }
    }

    /** Whether what was wanted may be sent: as the store says, and where it does not answer as this process counted. */
    private boolean taken(Question question, CompletableFuture<Used> answer) {
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).granted();
        } catch (ExecutionException failed) {
            return true;
        } catch (TimeoutException late) {
            return letThrough(question);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return letThrough(question);
        }
    }

    private synchronized boolean letThrough(Question question) {
        if (question.answered) {
            return question.granted;
        }
        question.letThrough = true;
        return true;
    }

    private void roll() {
        var today = LocalDate.ofInstant(clock.instant(), zone);
        if (today.isAfter(day)) {
            day = today;
            known = 0;
            owed = 0;
            askAgainAt = Instant.MIN;
        }
    }
}

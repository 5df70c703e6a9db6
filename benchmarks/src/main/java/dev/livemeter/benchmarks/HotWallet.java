package dev.livemeter.benchmarks;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureRequest.Remainder;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Sixty-four threads that hold, capture and void: all on one wallet, each on its own, and all on one that has too little. */
final class HotWallet {

    private static final int THREADS = 64;
    private static final Money PAID_IN = Money.of("USD", "1000000.00");
    private static final Money HELD = Money.of("USD", "1.00");
    private static final Money TAKEN = Money.of("USD", "0.40");

    private final AtomicLong next = new AtomicLong();
    private final AtomicLong captures = new AtomicLong();

    void run(Plan plan, BenchDatabase database, Report report) throws Exception {
        var where = database.place().toString();
        report.condition("A cycle is a hold, a capture of a part and a void, by " + THREADS
                + " threads on ten connections: what is compared differs in nothing but the wallets");
        try (var books = Books.in(database)) {
            var poor = Money.ofMicros("USD", HELD.micros() * 20);
            var owners = new ArrayList<UserId>();
            var amounts = new ArrayList<Money>();
            for (var i = 0; i <= THREADS; i++) {
                owners.add(UserId.of("hot-" + i));
                amounts.add(PAID_IN);
            }
            owners.add(UserId.of("poor"));
            amounts.add(poor);
            books.credit(owners, amounts);
            var contest = new Contest(ProcessorTime::own);
            contest.enter("one wallet", () -> cycles(books, plan, THREADS, number -> owners.get(THREADS)));
            contest.enter("a wallet for each thread", () -> cycles(books, plan, THREADS, owners::get));
            contest.enter("one thread", () -> cycles(books, plan, 1, owners::get));
            contest.run(plan.rounds(), plan.seed(), report);
            drain(books, owners.get(THREADS + 1));
            books.prove(
                    Money.ofMicros("USD", PAID_IN.micros() * (THREADS + 1)).plus(poor),
                    Money.ofMicros("USD", TAKEN.micros() * captures.get()));
            contest.names()
                    .forEach(name -> report.figure(where, THREADS + " threads: " + name, "cycles/s", contest.of(name)));
            report.figure(
                    where,
                    "one wallet / a wallet for each thread",
                    "x",
                    contest.ratio("one wallet", "a wallet for each thread"),
                    ">= 0.3");
        }
    }

    private interface Owners {
        UserId owner(int thread);
    }

    private double cycles(Books books, Plan plan, int threads, Owners owners) throws Exception {
        return Load.perSecond(threads, plan.turn(), number -> {
            var owner = owners.owner(number);
            return () -> {
                if (!cycle(books, owner)) {
                    throw new IllegalStateException("The wallet of " + owner + " was to last, and did not.");
                }
                return 1;
            };
        });
    }

    private boolean cycle(Books books, UserId owner) {
        var number = next.incrementAndGet();
        var id = new HoldId("hot-hold-" + number);
        var wallet = books.wallet();
        if (!(wallet.hold(HoldRequest.exactly(id, owner, HELD, Duration.ofDays(1))) instanceof HoldResult.Placed)) {
            return false;
        }
        wallet.capture(new CaptureRequest(new TransferId("hot-capture-" + number), id, TAKEN, Remainder.KEEP))
                .orElseThrow();
        captures.incrementAndGet();
        wallet.voidHold(id);
        return true;
    }

    /** Everybody takes until nothing is left; more than was there would not pass the proof of the books. */
    private void drain(Books books, UserId poor) throws Exception {
        List<Integer> declined = new ArrayList<>();
        Load.each(THREADS, THREADS, number -> {
            var goesOn = true;
            while (goesOn) {
                goesOn = cycle(books, poor);
            }
            synchronized (declined) {
                declined.add(number);
            }
        });
        if (declined.size() != THREADS) {
            throw new IllegalStateException("Not every thread was told in the end that the wallet is empty.");
        }
    }
}

package dev.livemeter.jdbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.jdbc.server.SharedServer;
import dev.livemeter.money.Money;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureRequest.Remainder;
import dev.livemeter.wallet.CaptureResult.Captured;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.CreditResult.Credited;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.DebitResult.Debited;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult.Placed;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.RefundResult.Refunded;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sixty-four threads spend from one wallet that does not suffice for all, and all at once ask for the same. */
@Tag("once")
@Timeout(120)
final class OneWalletTest {

    private static final long SEED = Long.getLong("livemeter.crash.seed", 20261121);
    private static final int THREADS = 64;
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");
    private static final Subject SUBJECT = new Subject("storm");

    @Nested
    class OnPostgres extends Storm {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.postgres();

        OnPostgres() {
            super(SERVER);
        }
    }

    @Nested
    class OnMariaDb extends Storm {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.mariaDb();

        OnMariaDb() {
            super(SERVER);
        }
    }

    abstract static class Storm {

        private static final int ROUNDS = 6;

        private final SharedServer shared;
        private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        private JdbcWallet wallet;

        Storm(SharedServer shared) {
            this.shared = shared;
        }

        @BeforeEach
        void open() {
            wallet = JdbcWallet.on(shared.storage(), TimeSource.system());
            wallet.credit(credit("order", "40.00")).orElseThrow();
        }

        @AfterEach
        void close() {
            threads.shutdownNow();
        }

        @Test
        void neverOverdrawsIt() {
            var spent =
                    together(this::spend).stream().mapToLong(micros -> micros).sum();

            var balance = wallet.balance(ALICE).orElseThrow();
            assertThat(balance.posted())
                    .as("seed %s", SEED)
                    .isEqualTo(usd("40.00").minus(Money.ofMicros("USD", spent)));
            assertThat(balance.held()).isEqualTo(usd("0"));
            assertThat(balance.posted()).isBetween(usd("0"), usd("40.00"));
            assertThat(wallet.ledger().verify().findings()).isEmpty();
        }

        /** What one thread spent, in micro-units. */
        private long spend(int thread) {
            var random = new Random(SEED + thread);
            var spent = 0L;
            for (var round = 0; round < ROUNDS; round++) {
                var name = thread + "-" + round;
                var hold = new HoldId("hold-" + name);
                if (again(() -> wallet.hold(HoldRequest.exactly(hold, ALICE, usd("1.00"), Duration.ofHours(1))))
                        instanceof Placed) {
                    var captured = Money.ofMicros("USD", 1 + random.nextInt(300_000));
                    var capture = capture(new TransferId("capture-" + name), hold, captured);
                    again(() -> wallet.capture(capture)).orElseThrow();
                    spent += captured.micros();
                    if (random.nextBoolean()) {
                        var half = new Money(captured.micros() / 2 + 1, captured.currency());
                        var refund = new RefundRequest(new TransferId("refund-" + name), capture.id(), half, "");
                        again(() -> wallet.refund(refund)).orElseThrow();
                        spent -= half.micros();
                    }
                    assertThat(again(() -> wallet.voidHold(hold))).isPresent();
                }
                var tip = Money.ofMicros("USD", 1 + random.nextInt(200_000));
                var debit = new DebitRequest(
                        new TransferId("debit-" + name), ALICE, tip, "", SUBJECT, new Allotment(BOB, tip));
                if (again(() -> wallet.debit(debit)) instanceof Debited) {
                    spent += tip.micros();
                }
            }
            return spent;
        }

        @Test
        void answersAStormOfTheSameRequestWithOneTransfer() {
            var hold = new HoldId("hold");
            var first = new CaptureRequest(new TransferId("capture"), hold, usd("0.30"), Remainder.KEEP);
            var tip = new DebitRequest(new TransferId("tip"), ALICE, usd("0.20"), "", SUBJECT, null);
            var refund = new RefundRequest(new TransferId("refund"), tip.id(), usd("0.05"), "");

            var credits = together(thread -> (Credited) again(() -> wallet.credit(credit("more", "1.00"))));
            var holds = together(thread -> (Placed)
                    again(() -> wallet.hold(HoldRequest.exactly(hold, ALICE, usd("1.00"), Duration.ofHours(1)))));
            var captures = together(thread -> (Captured) again(() -> wallet.capture(first)));
            var debits = together(thread -> (Debited) again(() -> wallet.debit(tip)));
            var refunds = together(thread -> (Refunded) again(() -> wallet.refund(refund)));

            assertThat(credits)
                    .filteredOn(credit -> credit.answer() == Answer.FIRST)
                    .hasSize(1);
            assertThat(debits)
                    .filteredOn(debit -> debit.answer() == Answer.FIRST)
                    .hasSize(1);
            assertThat(refunds)
                    .filteredOn(back -> back.answer() == Answer.FIRST)
                    .hasSize(1);
            assertThat(new HashSet<>(captures)).hasSize(1);
            assertThat(new HashSet<>(holds)).hasSize(1);
            assertThat(wallet.balance(ALICE).orElseThrow().posted()).isEqualTo(usd("40.55"));
            var report = wallet.ledger().verify();
            assertThat(report.findings()).isEmpty();
            assertThat(report.entries()).isEqualTo(5);
        }

        private <T> List<T> together(IntFunction<T> work) {
            var ready = new CountDownLatch(THREADS);
            var all = IntStream.range(0, THREADS)
                    .mapToObj(thread -> CompletableFuture.supplyAsync(
                            () -> {
                                ready.countDown();
                                await(ready);
                                return work.apply(thread);
                            },
                            threads))
                    .toList();
            return all.stream().map(CompletableFuture::join).toList();
        }

        private static void await(CountDownLatch ready) {
            try {
                ready.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while the others got ready.", e);
            }
        }

        /** Ten connections serve them all, so that some may wait too long for one. */
        private static <T> T again(Supplier<T> call) {
            for (var tries = 1; ; tries++) {
                try {
                    return call.get();
                } catch (LivemeterException e) {
                    if (!e.retryable() || tries == 20) {
                        throw e;
                    }
                }
            }
        }

        private static CaptureRequest capture(TransferId id, HoldId hold, Money amount) {
            var part = new Money(amount.micros() * 7 / 10, amount.currency());
            return new CaptureRequest(id, hold, amount, Remainder.KEEP, SUBJECT, new Allotment(BOB, part));
        }

        private static CreditRequest credit(String id, String amount) {
            return new CreditRequest(new TransferId(id), ALICE, usd(amount), "");
        }

        private static Money usd(String amount) {
            return Money.of("USD", amount);
        }
    }
}

package dev.livemeter.testing.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.livemeter.billing.LedgerReader;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.LedgerTransaction;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.session.Metering;
import dev.livemeter.session.Session;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Wallet;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.TransferId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Bugs that are planted into the stores of a world: the simulator has to find each, and to say it in a few steps. */
final class PlantedBugsTest {

    private final Logger log = (Logger) LoggerFactory.getLogger("dev.livemeter.session");

    @BeforeEach
    void leaveOutWhatFaultsAreLoggedWith() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void logAgain() {
        log.setLevel(null);
    }

    @Test
    void findsASettlerThatTakesTwiceWhatItIsAskedForOnce() {
        var failure = found(world -> new Bugged(world, world.wallet(), batch -> {
            var results = world.settler().settle(batch);
            batch.forEach(request -> request.captures()
                    .forEach(capture -> world.wallet()
                            .capture(new CaptureRequest(
                                    new TransferId(capture.id() + "/again"),
                                    capture.hold(),
                                    Money.ofMicros("USD", 1),
                                    capture.remainder()))));
            return results;
        }));

        assertThat(failure.length()).isLessThanOrEqualTo(6);
        assertThat(failure.finding()).startsWith("The wallet of ");
    }

    @Test
    void findsASettlerThatIgnoresWhoHoldsASession() {
        var failure = found(world -> new Bugged(
                world,
                world.wallet(),
                batch -> batch.stream()
                        .map(request -> {
                            var row =
                                    world.sessions().find(request.before().id()).orElseThrow();
                            var unfenced = new SettleRequest(
                                    row,
                                    request.next(),
                                    request.captures(),
                                    request.hold(),
                                    request.raised(),
                                    request.voids(),
                                    request.balance());
                            return world.settler().settle(List.of(unfenced)).get(0);
                        })
                        .toList()));

        assertThat(failure.length()).isLessThanOrEqualTo(12);
    }

    @Test
    void findsAWalletThatRoundsUp() {
        var failure = found(world -> new Bugged(
                world,
                wallet(world.wallet(), "credit", args -> {
                    var asked = (CreditRequest) args[0];
                    var cent = (asked.amount().micros() + 9_999) / 10_000 * 10_000;
                    return new Object[] {
                        new CreditRequest(asked.id(), asked.owner(), Money.ofMicros("USD", cent), asked.memo())
                    };
                }),
                world.settler()::settle));

        assertThat(failure.length()).isEqualTo(1);
    }

    @Test
    void findsAWalletThatPaysATipTwiceWhenItIsRepeated() {
        var count = new int[1];
        var failure = found(world -> new Bugged(
                world,
                wallet(world.wallet(), "debit", args -> {
                    var asked = (DebitRequest) args[0];
                    return new Object[] {
                        new DebitRequest(
                                new TransferId(asked.id() + "/" + count[0]++),
                                asked.owner(),
                                asked.amount(),
                                asked.memo(),
                                asked.subject(),
                                asked.allotment())
                    };
                }),
                world.settler()::settle));

        assertThat(failure.length()).isLessThanOrEqualTo(3);
    }

    @Test
    void findsASettlerThatLosesHoldsAtTheEnd() {
        var failure = found(world -> new Bugged(
                world,
                world.wallet(),
                batch -> world.settler()
                        .settle(batch.stream()
                                .map(request -> new SettleRequest(
                                        request.before(),
                                        request.next(),
                                        request.captures(),
                                        request.hold(),
                                        request.raised(),
                                        List.<HoldId>of(),
                                        request.balance()))
                                .toList())));

        assertThat(failure.length()).isLessThanOrEqualTo(4);
    }

    @Test
    void findsAnAnswerThatIsMadeUp() {
        var failure = found(world -> new Bugged(
                world,
                world.wallet(),
                batch -> world.settler().settle(batch).stream()
                        .map(result -> result instanceof SettleResult.Settled settled && settled.available() != null
                                ? new SettleResult.Settled(
                                        settled.session(),
                                        settled.captures(),
                                        settled.hold(),
                                        settled.available().plus(Money.ofMicros("USD", 1)))
                                : result)
                        .toList()));

        assertThat(failure.length()).isLessThanOrEqualTo(3);
        assertThat(failure.finding()).startsWith("The settlement of ");
        assertThat(failure.getMessage()).contains("replay(\"" + failure.script() + "\")");
    }

    @Test
    void findsASettlerThatForgetsOtherNumbersOfDestinations() {
        var failure = found(world -> new Bugged(
                world,
                world.wallet(),
                batch -> world.settler()
                        .settle(batch.stream()
                                .map(request -> new SettleRequest(
                                        request.before(),
                                        toTheFirstNumberOfDestinations(request.next()),
                                        request.captures(),
                                        request.hold(),
                                        request.raised(),
                                        request.voids(),
                                        request.balance()))
                                .toList())));

        assertThat(failure.length()).isLessThanOrEqualTo(8);
        assertThat(failure.script()).contains("destinations ");
        assertThat(failure.finding()).contains("; its meter was told ");
    }

    @Test
    void findsBooksThatForgetHowMuchOfAPurchaseWentBack() {
        var failure = found(world -> new Forgetful(world, "reversals", Map.of()));

        assertThat(failure.length()).isLessThanOrEqualTo(8);
        assertThat(failure.script()).contains("purchase ");
        assertThat(failure.finding()).containsAnyOf("PurchaseReversalNotice[", " is said to be reversed; ");
    }

    @Test
    void findsASettlerThatTellsOfMinutesThatAreNotThere() {
        var failure = found(world -> new Bugged(world, world.wallet(), world.settler()::settle, 1));

        assertThat(failure.length()).isLessThanOrEqualTo(3);
        assertThat(failure.finding()).contains(" are said to cover ");
    }

    @Test
    void findsBooksThatGiveMoneyBackForMinutesAndKeepThem() {
        var failure = found(world -> new Forgetful(world, "saveBundles", null));

        assertThat(failure.length()).isLessThanOrEqualTo(3);
        assertThat(failure.finding()).startsWith("The bundle ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"find", "history"})
    void findsSessionsThatAreReadBackOtherwiseThanTheyWereStored(String call) {
        var failure = found(world -> new Misread(world, call));

        assertThat(failure.length()).isLessThanOrEqualTo(3);
        assertThat(failure.finding()).startsWith("The session ");
    }

    private static Session toTheFirstNumberOfDestinations(Session session) {
        var metering = session.metering();
        var basis = metering.basis();
        var first = basis.steps().get(0).destinations();
        var steps = basis.steps().stream()
                .map(step -> new RatingBasis.Step(step.from(), first, step.usedElsewhere()))
                .toList();
        return new Session(
                session.id(),
                session.terms(),
                session.state(),
                session.openedAt(),
                session.liveAt(),
                session.seenAt(),
                session.endedAt(),
                new Metering(
                        metering.tariff(),
                        new RatingBasis(basis.startedAt(), basis.zone(), steps, basis.covered()),
                        metering.used(),
                        metering.granted(),
                        metering.charged(),
                        metering.holds(),
                        metering.captures()),
                session.balanceBefore(),
                session.balanceAfter(),
                session.end(),
                session.node(),
                session.version());
    }

    private static SimulationFailure found(Function<InMemoryWorld, WorldStores> bugged) {
        return catchThrowableOfType(
                SimulationFailure.class,
                () -> Simulation.on(time -> bugged.apply(new InMemoryWorld(time)))
                        .events(60_000)
                        .run());
    }

    /** That wallet, with the arguments of one of its calls changed on the way. */
    private static Wallet wallet(Wallet wallet, String call, UnaryOperator<Object[]> changed) {
        return (Wallet) Proxy.newProxyInstance(
                Wallet.class.getClassLoader(), new Class<?>[] {Wallet.class}, (proxy, method, args) -> {
                    try {
                        return method.invoke(wallet, method.getName().equals(call) ? changed.apply(args) : args);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    /**
     * @param secondsTooMany of minutes that it tells of where there are some
     */
    private record Bugged(
            InMemoryWorld world,
            Wallet wallet,
            Function<List<SettleRequest>, List<SettleResult>> settling,
            long secondsTooMany)
            implements WorldStores {

        Bugged(InMemoryWorld world, Wallet wallet, Function<List<SettleRequest>, List<SettleResult>> settling) {
            this(world, wallet, settling, 0);
        }

        @Override
        public Settler settler() {
            return new Settler() {
                @Override
                public List<SettleResult> settle(List<SettleRequest> batch) {
                    return settling.apply(batch);
                }

                @Override
                public Duration coverable(UserId payer, Instant at) {
                    var there = world.settler().coverable(payer, at);
                    return there.isZero() ? there : there.plusSeconds(secondsTooMany);
                }
            };
        }

        @Override
        public SessionStore sessions() {
            return world.sessions();
        }

        @Override
        public LedgerStore ledger() {
            return world.ledger();
        }

        @Override
        public boolean undoNext() {
            return world.undoNext();
        }
    }

    /** Sessions that one of the questions answers with another version than theirs. */
    private record Misread(InMemoryWorld world, String call) implements WorldStores {

        @Override
        public Wallet wallet() {
            return world.wallet();
        }

        @Override
        public Settler settler() {
            return world.settler();
        }

        @Override
        public LedgerStore ledger() {
            return world.ledger();
        }

        @Override
        public boolean undoNext() {
            return world.undoNext();
        }

        @Override
        public SessionStore sessions() {
            return (SessionStore) Proxy.newProxyInstance(
                    SessionStore.class.getClassLoader(), new Class<?>[] {SessionStore.class}, (proxy, method, args) -> {
                        try {
                            var answer = method.invoke(world.sessions(), args);
                            return method.getName().equals(call) ? misread(answer) : answer;
                        } catch (InvocationTargetException e) {
                            throw e.getTargetException();
                        }
                    });
        }

        private static Object misread(Object answer) {
            return answer instanceof Optional<?> one
                    ? one.map(Misread::later)
                    : ((List<?>) answer).stream().map(Misread::later).toList();
        }

        private static Session later(Object session) {
            return ((Session) session).withVersion(((Session) session).version() + 1);
        }
    }

    /** Books that leave out one of their calls, and answer it with that. */
    private record Forgetful(
            InMemoryWorld world, String call, @Nullable Object answer) implements WorldStores {

        @Override
        public Wallet wallet() {
            return world.wallet();
        }

        @Override
        public Settler settler() {
            return world.settler();
        }

        @Override
        public SessionStore sessions() {
            return world.sessions();
        }

        @Override
        public boolean undoNext() {
            return world.undoNext();
        }

        @Override
        public LedgerStore ledger() {
            return new LedgerStore() {
                @Override
                public <T> T read(Function<LedgerReader, T> questions) {
                    return world.ledger().read(questions);
                }

                @Override
                public <T> T transact(Function<LedgerTransaction, T> work) {
                    return world.ledger().transact(books -> work.apply(forgetting(books)));
                }
            };
        }

        private LedgerTransaction forgetting(LedgerTransaction books) {
            return (LedgerTransaction) Proxy.newProxyInstance(
                    LedgerTransaction.class.getClassLoader(),
                    new Class<?>[] {LedgerTransaction.class},
                    (proxy, method, args) -> {
                        try {
                            return method.getName().equals(call) ? answer : method.invoke(books, args);
                        } catch (InvocationTargetException e) {
                            throw e.getTargetException();
                        }
                    });
        }
    }
}

package dev.livemeter.testing;

import static dev.livemeter.testing.Stage.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.event.LiveEvent.BalanceLow;
import dev.livemeter.event.LiveEvent.ChargeCaptured;
import dev.livemeter.event.LiveEvent.FinalUnitGranted;
import dev.livemeter.event.LiveEvent.PublishRefused;
import dev.livemeter.event.LiveEvent.SessionEnded;
import dev.livemeter.event.LiveEvent.SessionRestricted;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionState;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.PublishRequest;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.spi.Wallet;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.CreditResult;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.DebitResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.RefundResult;
import dev.livemeter.wallet.WalletBalance;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

abstract class RelayLaneTest {

    private final Stage.Settling settling;

    RelayLaneTest(Stage.Settling settling) {
        this.settling = settling;
    }

    /** A stage on which Alice has that much. */
    private Stage stageWith(String credit) {
        return stageWith(credit, rules -> rules, wallet -> wallet);
    }

    private Stage stageWith(String credit, UnaryOperator<SessionPolicy.Builder> rules, UnaryOperator<Wallet> around) {
        return Stage.with(settling, credit, rules, around);
    }

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Nested
    class LettingIn {

        @Test
        void holdsTheMinimumAndChargesNothingBeforeAnythingIsDelivered() {
            var stage = stageWith("10.00");
            var admitted = (Admission.Admitted) stage.publish();

            assertThat(stage.balance().held()).isEqualTo(usd("1.00"));
            assertThat(stage.stored(admitted.session()).state()).isEqualTo(SessionState.AUTHORIZED);
            stage.streamFor(admitted.session(), Duration.ofMinutes(2));
            stage.hangUp(admitted.session());

            assertThat(stage.posted()).isEqualTo(usd("10.00"));
            assertThat(stage.balance().held()).isEqualTo(usd("0"));
            assertThat(stage.stored(admitted.session()).state()).isEqualTo(SessionState.ENDED);
        }

        @Test
        void refusesAnEmptyWalletWith402AndLeavesNothing() {
            var stage = stageWith("0.99");
            assertThat(stage.publish()).isInstanceOfSatisfying(Admission.Refused.class, refused -> {
                assertThat(refused.reason()).isEqualTo(Refusal.INSUFFICIENT_FUNDS);
                assertThat(refused.reason().httpStatus()).isEqualTo(402);
                assertThat(refused.message()).contains("0.99 USD").contains("1.00 USD");
            });
            assertThat(stage.told(PublishRefused.class)).singleElement().satisfies(event -> {
                assertThat(event.user()).isEqualTo(UserId.of("alice"));
                assertThat(event.remoteAddress()).isEqualTo("192.0.2.7");
            });
            assertThat(stage.storage.sessions().open()).isEmpty();
            assertThat(stage.live.sessions().history("alice", 10)).isEmpty();
            assertThat(stage.balance().held()).isEqualTo(usd("0"));
        }

        @Test
        void refusesAnUnknownARevokedAndARotatedKeyWith403() {
            var stage = stageWith("10.00");
            var unknown = new PublishRequest(Secret.of("ec_live_alice_0123456789abcdef"), "192.0.2.7");
            assertThat(stage.authority.publish(unknown))
                    .isInstanceOfSatisfying(
                            Admission.Refused.class,
                            refused -> assertThat(refused.reason())
                                    .isEqualTo(Refusal.UNKNOWN_KEY)
                                    .satisfies(reason ->
                                            assertThat(reason.httpStatus()).isEqualTo(403)));
            stage.live.streamKeys().rotate("alice");
            assertThat(reasonOf(stage.publish())).isEqualTo(Refusal.UNKNOWN_KEY);
            assertThat(stage.told(PublishRefused.class)).hasSize(2);
        }

        @Test
        void refusesWhatCannotBeAKey() {
            var stage = stageWith("10.00");
            for (var text :
                    new String[] {"", "x", "../../etc/passwd", "a".repeat(5000), "key\r\nX: y", "'; DROP TABLE"}) {
                assertThat(reasonOf(stage.authority.publish(new PublishRequest(Secret.of(text), "192.0.2.7"))))
                        .isEqualTo(Refusal.MALFORMED);
            }
        }

        @Test
        void refusesASecondStreamOfTheSameUserAndTheFirstGoesOn() {
            var stage = stageWith("10.00");
            var first = stage.goLive();
            var another = stage.anotherKey();
            assertThat(reasonOf(stage.publish(another, "192.0.2.7"))).isEqualTo(Refusal.ALREADY_LIVE);
            assertThat(stage.authority.alive(first)).isTrue();
            stage.hangUp(first);
            assertThat(stage.publish(another, "192.0.2.7")).isInstanceOf(Admission.Admitted.class);
        }

        @Test
        void refusesAUserWithNowhereToGo() {
            var stage = stageWith("10.00");
            var destination = stage.live.destinations().of("alice").get(0);
            stage.live.destinations().enable("alice", destination.id(), false);
            assertThat(reasonOf(stage.publish())).isEqualTo(Refusal.NO_DESTINATION);

            stage.live.destinations().enable("alice", destination.id(), true);
            stage.twitch.fail(false, "The account needs to be connected again.");
            assertThat(((Admission.Refused) stage.publish()).message())
                    .contains("Twitch: The account needs to be connected again.");
        }

        @Test
        void passesOverADestinationThatCannotWorkAndSaysSo() {
            var stage = stageWith("10.00");
            stage.live
                    .destinations()
                    // Of a length about which the relay is not asked before.
                    .add("alice", Destination.twitch("k".repeat(120)).named("Second"));
            var admitted = (Admission.Admitted) stage.publish();
            assertThat(admitted.pushes()).hasSize(1);
            assertThat(stage.status().orElseThrow().destinations().get(1)).satisfies(second -> {
                assertThat(second.state()).isEqualTo(State.FAILED);
                assertThat(second.detail()).isEqualTo("The key is too long for this relay.");
            });
        }

        @Test
        void refusesWithoutADecisionWhenTheWalletDoesNotAnswerAndGivesTheHoldBackLater() {
            var fault = new FaultyWallet();
            var stage = stageWith("10.00", rules -> rules, fault::around);
            fault.loseAnswers(1);
            assertThat(reasonOf(stage.publish())).isEqualTo(Refusal.UNAVAILABLE);
            stage.time.advance(Duration.ofMinutes(2));
            assertThat(stage.balance().held()).isEqualTo(usd("0"));
            assertThat(stage.storage.sessions().open()).isEmpty();
            assertThat(stage.publish()).isInstanceOf(Admission.Admitted.class);
        }
    }

    @Nested
    class Metering {

        @Test
        void chargesExactlyWhatWasDelivered() {
            var stage = stageWith("10.00");
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofMillis(12_300));
            assertThat(stage.status().orElseThrow().cost()).isEqualTo(usd("1.30"));
            stage.hangUp(session);

            var over = stage.stored(session);
            assertThat(over.metering().used()).isEqualTo(Duration.ofMillis(12_300));
            assertThat(over.metering().charged()).isEqualTo(usd("1.30"));
            assertThat(over.balanceBefore()).isEqualTo(usd("10.00"));
            assertThat(over.balanceAfter()).isEqualTo(usd("8.70")).isEqualTo(stage.posted());
            assertThat(stage.balance().held()).isEqualTo(usd("0"));
            assertThat(over.end()).isEqualTo(new SessionEnd.HungUp());
        }

        @Test
        void chargeEventsAddUpToTheCost() {
            var stage = stageWith("10.00");
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(20));
            stage.hangUp(session);
            var told = stage.told(ChargeCaptured.class).stream()
                    .map(event -> event.charge().amount())
                    .reduce(usd("0"), Money::plus);
            assertThat(told).isEqualTo(usd("2.00"));
            assertThat(stage.told(ChargeCaptured.class)).hasSizeGreaterThan(10);
        }

        @Test
        void doubledAndLateSignalsChangeNothing() {
            var stage = stageWith("10.00");
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(3));
            stage.hangUp(session);
            stage.time.advance(Duration.ofMinutes(5));
            stage.hangUp(session);
            stage.authority.ended(session, EndCause.LOST);
            assertThat(stage.authority.alive(session)).isFalse();
            stage.authority.destinationChanged(
                    session, stage.live.destinations().of("alice").get(0).id(), State.LIVE, "");
            assertThat(stage.posted()).isEqualTo(usd("9.70"));
            assertThat(stage.told(SessionEnded.class)).hasSize(1);
        }

        @Test
        void aWallClockThatJumpsMovesNoMoney() {
            var stage = stageWith("10.00");
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(2));
            stage.time.setWall(stage.time.instant().minus(Duration.ofHours(1)));
            stage.streamFor(session, Duration.ofSeconds(2));
            stage.time.setWall(stage.time.instant().plus(Duration.ofHours(9)));
            stage.streamFor(session, Duration.ofSeconds(2));
            stage.hangUp(session);
            assertThat(stage.posted()).isEqualTo(usd("9.40"));
        }

        @Test
        void aRelayThatGoesSilentIsChargedUpToItsLastSignOfLife() {
            var stage = stageWith("10.00");
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(4));
            stage.time.advance(Duration.ofSeconds(30));
            stage.authority.ended(session, EndCause.LOST);
            assertThat(stage.posted()).isEqualTo(usd("9.60"));
            assertThat(stage.stored(session).end()).isEqualTo(new SessionEnd.Lost("the relay went silent"));
        }

        @Test
        void anEncoderThatSendsNothingAnyMoreIsChargedUpToWhatItLastSent() {
            var stage = stageWith("10.00");
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(4));
            for (var silent = 5; silent <= 15; silent += 5) {
                stage.time.advance(Duration.ofSeconds(5));
                assertThat(stage.authority.alive(session, Duration.ofSeconds(silent)))
                        .isTrue();
            }
            stage.authority.ended(session, EndCause.SILENT);
            assertThat(stage.posted()).isEqualTo(usd("9.60"));
            assertThat(stage.balance().held()).isEqualTo(usd("0"));
            assertThat(stage.stored(session).end()).isEqualTo(new SessionEnd.Lost("the encoder sent nothing any more"));
        }

        @Test
        void aPauseAfterWhichTheEncoderSendsAgainIsCharged() {
            var stage = stageWith("10.00");
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(4));
            stage.time.advance(Duration.ofSeconds(5));
            assertThat(stage.authority.alive(session, Duration.ofSeconds(5))).isTrue();
            stage.time.advance(Duration.ofSeconds(1));
            assertThat(stage.authority.alive(session)).isTrue();
            stage.hangUp(session);
            assertThat(stage.posted()).isEqualTo(usd("9.00"));
        }

        @Test
        void whatCameBetweenTwoSignsOfLifeIsChargedThoughNothingComesAtEither() {
            var stage = stageWith("10.00");
            var session = stage.goLive();
            for (var i = 0; i < 4; i++) {
                stage.time.advance(Duration.ofSeconds(5));
                assertThat(stage.authority.alive(session, Duration.ofSeconds(3)))
                        .isTrue();
            }
            stage.authority.ended(session, EndCause.SILENT);
            assertThat(stage.posted()).isEqualTo(usd("8.30"));
        }

        @Test
        void aSignOfLifeThatIsTakenAtOnceCountsLikeAnyOther() {
            var stage = stageWith("10.00");
            var session = stage.goLive();
            for (var second = 1; second <= 4; second++) {
                stage.time.advance(Duration.ofSeconds(1));
                assertThat(stage.authority.tryAlive(session)).isTrue();
            }
            stage.time.advance(Duration.ofSeconds(30));
            stage.authority.ended(session, EndCause.LOST);
            assertThat(stage.posted()).isEqualTo(usd("9.60"));
            assertThat(stage.authority.tryAlive(session)).isFalse();
            assertThat(stage.authority.tryAlive(new SessionId("nobody-there"))).isFalse();
        }

        @Test
        void nothingIsTakenAtOnceBeyondThePaidTime() {
            var stage = stageWith("2.05");
            stage.relayConfirmsAtOnce = false;
            var session = stage.goLive();
            stage.time.advance(Duration.ofMillis(19_900));
            assertThat(stage.authority.tryAlive(session)).isTrue();
            stage.time.advance(Duration.ofMillis(200));
            assertThat(stage.authority.tryAlive(session)).isFalse();
            assertThat(stage.cut).contains(session);
        }

        @Test
        void noSignOfLifeIsTakenAtOnceWhileAWalletIsAskedForTheSession() {
            var fault = new FaultyWallet();
            var stage = stageWith("10.00", rules -> rules, fault::around);
            var opening = new SessionId("id" + String.format("%08d", stage.ids.get() + 1));
            var told = new ArrayList<Boolean>();
            fault.whileHolding(() -> told.add(CompletableFuture.supplyAsync(() -> stage.authority.tryAlive(opening))
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join()));
            assertThat(((Admission.Admitted) stage.publish()).session()).isEqualTo(opening);
            assertThat(told).containsExactly(false);
            assertThat(stage.authority.tryAlive(opening)).isTrue();
        }

        /** Whatever comes in whatever order, the charge is the cost of what was proven, and the books balance. */
        @RepeatedTest(60)
        void anyStreamIsChargedItsCost() {
            var seed = new Random().nextLong();
            var random = new Random(seed);
            var credit = Money.ofMicros("USD", 1_000_000 + random.nextInt(5_000_000));
            var fault = new FaultyWallet();
            var stage = stageWith(credit.amount(), rules -> rules, fault::around);
            var session = stage.goLive();
            for (var i = 0; i < 40 && stage.authority.alive(session); i++) {
                stage.time.advance(Duration.ofMillis(random.nextInt(2_500)));
                if (random.nextInt(5) == 0) {
                    fault.loseAnswers(1 + random.nextInt(2));
                }
                if (random.nextInt(12) == 0) {
                    stage.live.wallets().credit("alice", usd("0.50"), "top-up-" + i);
                }
            }
            stage.hangUp(session);
            stage.time.advance(Duration.ofMinutes(10));

            var over = stage.stored(session);
            assertThat(over.state()).as("seed %d", seed).isEqualTo(SessionState.ENDED);
            assertThat(over.metering().charged())
                    .as("seed %d", seed)
                    .isEqualTo(over.metering().cost());
            assertThat(stage.balance().held()).as("seed %d", seed).isEqualTo(usd("0"));
            assertThat(stage.posted().isNegative()).as("seed %d", seed).isFalse();
            assertThat(stage.books.ledger().verify().findings())
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    @Nested
    class Cutting {

        @Test
        void cutsAtTheEndOfTheLastPaidSecond() {
            var stage = stageWith("2.05");
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(60));

            assertThat(stage.cut).contains(session);
            var over = stage.stored(session);
            assertThat(over.metering().used()).isEqualTo(Duration.ofSeconds(20));
            assertThat(over.metering().charged()).isEqualTo(usd("2.00"));
            assertThat(over.balanceAfter()).isEqualTo(usd("0.05"));
            assertThat(over.end()).isEqualTo(new SessionEnd.FundsExhausted());
            assertThat(Duration.between(over.liveAt(), over.endedAt())).isEqualTo(Duration.ofSeconds(20));
        }

        @ParameterizedTest
        @EnumSource(FinalUnitAction.class)
        void cutsWhateverTheFinalUnitSaysForAStreamHasNoPreview(FinalUnitAction action) {
            var stage = stageWith(
                    "2.05",
                    rules -> rules.finalUnit(action).topUpPage(URI.create("https://shop.example/coins")),
                    wallet -> wallet);
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(60));

            assertThat(stage.cut).contains(session);
            assertThat(stage.told(SessionRestricted.class)).isEmpty();
            var over = stage.stored(session);
            assertThat(over.end()).isEqualTo(new SessionEnd.FundsExhausted());
            assertThat(over.metering().charged()).isEqualTo(usd("2.00"));
            assertThat(Duration.between(over.liveAt(), over.endedAt())).isEqualTo(Duration.ofSeconds(20));
            assertThat(stage.balance().held()).isEqualTo(usd("0"));
        }

        @Test
        void warnsOnceForEachCrossingAndThenOfTheFinalUnit() {
            var stage = stageWith("2.00");
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(15));
            assertThat(stage.told(BalanceLow.class)).hasSize(1);
            stage.live.wallets().credit("alice", usd("1.00"), "order-2");
            stage.streamFor(session, Duration.ofSeconds(60));
            assertThat(stage.told(BalanceLow.class)).hasSize(2);
            assertThat(stage.told(FinalUnitGranted.class)).isNotEmpty();
            assertThat(stage.stored(session).metering().charged()).isEqualTo(usd("3.00"));
        }

        @Test
        void aTopUpInTheFinalUnitLetsTheStreamGoOn() {
            var stage = stageWith("2.00");
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofMillis(19_500));
            assertThat(stage.status().orElseThrow().finalUnit()).isTrue();
            stage.live.wallets().credit("alice", usd("5.00"), "order-2");
            assertThat(stage.status().orElseThrow().finalUnit()).isFalse();
            stage.streamFor(session, Duration.ofSeconds(10));
            assertThat(stage.cut).isEmpty();
            stage.hangUp(session);
            assertThat(stage.posted()).isEqualTo(usd("4.00"));
        }

        @Test
        void theCutDoesNotWaitForAWalletThatIsAway() {
            var fault = new FaultyWallet();
            var stage = stageWith("2.00", rules -> rules, fault::around);
            var session = stage.goLive();
            stage.streamFor(session, SECOND);
            fault.loseAnswers(Integer.MAX_VALUE);
            stage.streamFor(session, Duration.ofSeconds(30));
            assertThat(stage.cut).contains(session);
            fault.loseAnswers(0);
            stage.time.advance(Duration.ofMinutes(2));
            var over = stage.stored(session);
            assertThat(over.state()).isEqualTo(SessionState.ENDED);
            assertThat(over.metering().charged())
                    .isEqualTo(over.metering().cost())
                    .isEqualTo(stage.posted().negated().plus(usd("2.00")));
        }

        @Test
        void aGraceIsFree() {
            var stage = stageWith("1.00", rules -> rules.grace(Duration.ofSeconds(3)), wallet -> wallet);
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(30));
            var over = stage.stored(session);
            assertThat(Duration.between(over.liveAt(), over.endedAt())).isEqualTo(Duration.ofSeconds(13));
            assertThat(over.metering().charged()).isEqualTo(usd("1.00"));
        }

        @Test
        void theLongestDurationEndsItWithoutAnotherIncrement() {
            var stage = stageWith("100.00", rules -> rules.maxDuration(Duration.ofSeconds(8)), wallet -> wallet);
            stage.relayConfirmsAtOnce = false;
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(9));
            stage.time.advance(Duration.ofMillis(700));
            stage.hangUp(session);
            var over = stage.stored(session);
            assertThat(over.end()).isEqualTo(new SessionEnd.LimitReached("8 seconds"));
            assertThat(over.metering().charged()).isEqualTo(usd("0.80"));
        }

        @Test
        void aRelayThatDoesNotConfirmCannotKeepTheSessionOpen() {
            var stage = stageWith("10.00");
            stage.relayConfirmsAtOnce = false;
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(3));
            assertThat(stage.live.sessions().stop(session, "alice", "")).isTrue();
            assertThat(stage.authority.alive(session)).isFalse();
            stage.time.advance(Duration.ofSeconds(11));
            var over = stage.stored(session);
            assertThat(over.state()).isEqualTo(SessionState.ENDED);
            assertThat(over.end()).isEqualTo(new SessionEnd.Stopped("alice", ""));
            assertThat(over.metering().charged()).isEqualTo(usd("0.30"));
        }

        @Test
        void revokingTheKeyStopsTheStream() {
            var stage = stageWith("10.00");
            var session = stage.goLive();
            var key = stage.live.streamKeys().of("alice").get(0).id();
            assertThat(stage.live.streamKeys().revoke("alice", key)).isTrue();
            assertThat(stage.stored(session).end())
                    .isEqualTo(new SessionEnd.Stopped("Livemeter", "the stream key was revoked"));
        }

        @Test
        void closingLivemeterChargesAndClosesWhatRuns() {
            var stage = stageWith("10.00");
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(3));
            stage.live.close();
            assertThat(stage.posted()).isEqualTo(usd("9.70"));
            assertThat(stage.stored(session).end())
                    .isEqualTo(new SessionEnd.Stopped("Livemeter", "the application is closing"));
            assertThat(reasonOf(stage.publish())).isEqualTo(Refusal.UNAVAILABLE);
        }
    }

    @Nested
    class TakingOver {

        private static final String ELSEWHERE = "198.51.100.9";

        @Test
        void theSameKeyAgainEndsTheStreamThatRunsAndEachIsChargedItsOwnTime() {
            var stage = stageWith("10.00");
            var first = stage.goLive();
            stage.streamFor(first, Duration.ofSeconds(3));
            var second = stage.goLive(stage.key, ELSEWHERE);

            assertThat(second).isNotEqualTo(first);
            assertThat(stage.cut).containsExactly(first);
            assertThat(stage.stored(first).end().sentence())
                    .isEqualTo("Stopped by Livemeter: another encoder at 198.51.100.9 came with the same stream key.");
            assertThat(stage.told(SessionEnded.class))
                    .extracting(SessionEnded::session)
                    .containsExactly(first);
            assertThat(stage.authority.alive(first)).isFalse();
            stage.streamFor(second, Duration.ofSeconds(2));
            stage.authority.ended(first, EndCause.LEFT);
            assertThat(stage.authority.alive(second)).isTrue();
            stage.hangUp(second);

            assertThat(stage.stored(first).metering().used()).isEqualTo(Duration.ofSeconds(3));
            assertThat(stage.stored(second).metering().used()).isEqualTo(Duration.ofSeconds(2));
            assertThat(stage.posted()).isEqualTo(usd("9.50"));
            assertThat(stage.balance().held()).isEqualTo(usd("0"));
            assertThat(stage.told(PublishRefused.class)).isEmpty();
        }

        @Test
        void ofTwoEncodersThatBothComeBackForEverTheLastThatTookOverGoesOn() {
            var stage = stageWith("100.00");
            stage.goLive();
            var second = stage.goLive(stage.key, ELSEWHERE);
            for (var attempt = 0; attempt < 12; attempt++) {
                stage.streamFor(second, Duration.ofMillis(9_900));
                assertThat(reasonOf(stage.publish())).isEqualTo(Refusal.ALREADY_LIVE);
            }
            assertThat(stage.authority.alive(second)).isTrue();
            assertThat(stage.told(PublishRefused.class))
                    .hasSize(12)
                    .allSatisfy(
                            refused -> assertThat(refused.message())
                                    .isEqualTo(
                                            "Two encoders want to stream with the same stream key, and the one that runs goes on. Stop one of them; the other one gets in 10 seconds after the last attempt."));

            stage.streamFor(second, Duration.ofSeconds(10));
            assertThat(stage.publish()).isInstanceOf(Admission.Admitted.class);
            assertThat(stage.authority.alive(second)).isFalse();
        }

        @Test
        void anEncoderThatHangsUpAndComesBackAgainAndAgainIsLetInEachTime() {
            var stage = stageWith("10.00");
            for (var i = 0; i < 5; i++) {
                var session = stage.goLive();
                stage.streamFor(session, Duration.ofMillis(500));
                stage.hangUp(session);
            }
            assertThat(stage.told(PublishRefused.class)).isEmpty();
        }

        @Test
        void whoCouldNotBeginEndsNothing() {
            var stage = stageWith("1.50");
            var session = stage.goLive();
            var destination = stage.live.destinations().of("alice").get(0).id();
            stage.live.destinations().enable("alice", destination, false);
            assertThat(reasonOf(stage.publish())).isEqualTo(Refusal.NO_DESTINATION);
            stage.live.destinations().enable("alice", destination, true);

            stage.streamFor(session, Duration.ofSeconds(8));
            assertThat(stage.publish()).isInstanceOfSatisfying(Admission.Refused.class, refused -> {
                assertThat(refused.reason()).isEqualTo(Refusal.INSUFFICIENT_FUNDS);
                assertThat(refused.message())
                        .isEqualTo(
                                "A new stream takes a balance of 1.00 USD, so the one that runs with this key goes on. Pay in, or stop it first.");
            });
            assertThat(stage.authority.alive(session)).isTrue();
            assertThat(stage.cut).isEmpty();
        }

        @Test
        void eachKeyIsAStreamAndIsTakenOverAlone() {
            var stage = stageWith("10.00", rules -> rules.concurrentStreams(2), wallet -> wallet);
            var one = stage.goLive();
            var other = stage.goLive(stage.anotherKey(), ELSEWHERE);
            var again = stage.goLive(stage.key, ELSEWHERE);
            assertThat(stage.cut).containsExactly(one);
            assertThat(stage.authority.alive(other)).isTrue();
            assertThat(stage.authority.alive(again)).isTrue();
            assertThat(reasonOf(stage.publish(stage.anotherKey(), ELSEWHERE))).isEqualTo(Refusal.ALREADY_LIVE);
        }

        @Test
        void whatDoesNotEndInTimeIsFollowedByTheNextAttempt() {
            var stage = stageWith("10.00");
            stage.relayConfirmsAtOnce = false;
            var first = stage.goLive();
            stage.streamFor(first, SECOND);
            assertThat(stage.publish(stage.key, ELSEWHERE)).isInstanceOfSatisfying(Admission.Refused.class, refused -> {
                assertThat(refused.reason()).isEqualTo(Refusal.ALREADY_LIVE);
                assertThat(refused.message())
                        .isEqualTo("The stream that ran with this key is still being ended. Try again in a moment.");
            });
            assertThat(stage.cut).containsExactly(first);
            stage.hangUp(first);
            assertThat(stage.publish(stage.key, ELSEWHERE)).isInstanceOf(Admission.Admitted.class);
            assertThat(stage.stored(first).end()).isInstanceOf(SessionEnd.Stopped.class);
        }

        @Test
        void whoComesWhileAnotherIsLetInWithTheSameKeyIsToldSo() {
            var fault = new FaultyWallet();
            var stage = stageWith("10.00", rules -> rules.concurrentStreams(2), fault::around);
            var told = new ArrayList<Admission>();
            fault.whileHolding(() -> {
                fault.whileHolding(() -> {});
                told.add(stage.publish(stage.key, ELSEWHERE));
            });
            assertThat(stage.publish()).isInstanceOf(Admission.Admitted.class);
            assertThat(told)
                    .containsExactly(new Admission.Refused(
                            Refusal.ALREADY_LIVE,
                            "Another encoder is just being let in with the same stream key. Try again in a moment."));
        }
    }

    @Nested
    class AfterACrash {

        @Test
        void anOpenSessionIsChargedUpToItsLastSignOfLifeOnce() {
            var stage = stageWith("10.00");
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofMillis(4_700));
            var seen = stage.stored(session).seenAt();
            stage.time.dropTasks();
            stage.time.advance(Duration.ofHours(3));
            stage.restart();
            var over = stage.stored(session);
            assertThat(over.state()).isEqualTo(SessionState.ENDED);
            assertThat(over.metering().charged())
                    .isEqualTo(over.metering().cost())
                    .isLessThanOrEqualTo(usd("0.50"));
            assertThat(over.endedAt()).isEqualTo(seen);
            assertThat(stage.balance().held()).isEqualTo(usd("0"));
            var left = stage.posted();
            stage.restart();
            assertThat(stage.posted()).isEqualTo(left);
            assertThat(stage.books.ledger().verify().findings()).isEmpty();
        }

        @Test
        void whatWasCapturedButNotYetWrittenDownIsNotChargedAgain() {
            var stage = stageWith("10.00");
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofSeconds(4));
            // The capture of a fifth second was committed, the row was not.
            stage.books
                    .capture(new CaptureRequest(
                            new dev.livemeter.wallet.TransferId(session + "/capture-ahead"),
                            new HoldId(session + "/hold-1"),
                            usd("0.10"),
                            CaptureRequest.Remainder.KEEP))
                    .orElseThrow();
            var before = stage.posted();
            stage.restart();
            assertThat(stage.posted()).isEqualTo(before.min(usd("9.60")));
            assertThat(stage.balance().held()).isEqualTo(usd("0"));
        }

        @RepeatedTest(40)
        void aCrashAtAnyMomentLeavesAChargeThatTheRowExplains() {
            var seed = new Random().nextLong();
            var random = new Random(seed);
            var fault = new FaultyWallet();
            var stage = stageWith("3.00", rules -> rules, fault::around);
            var session = stage.goLive();
            stage.streamFor(session, Duration.ofMillis(100 + random.nextInt(20_000)));
            var delivered = stage.status().map(status -> status.used()).orElse(Duration.ofDays(1));
            // From here on every answer is lost although the call is done: the last one before the crash as well.
            fault.loseAnswers(Integer.MAX_VALUE);
            stage.time.advance(Duration.ofMillis(random.nextInt(1_500)));
            stage.restart();

            var over = stage.stored(session);
            assertThat(over.state()).as("seed %d", seed).isEqualTo(SessionState.ENDED);
            assertThat(over.metering().charged())
                    .as("seed %d", seed)
                    .isEqualTo(over.metering().cost());
            assertThat(over.metering().used()).as("seed %d", seed).isLessThanOrEqualTo(delivered);
            assertThat(stage.posted())
                    .as("seed %d", seed)
                    .isEqualTo(usd("3.00").minus(over.metering().charged()));
            assertThat(stage.balance().held()).as("seed %d", seed).isEqualTo(usd("0"));
        }

        @Test
        void aHoldWhoseSessionWasNeverAuthorizedIsGivenBack() {
            var fault = new FaultyWallet();
            var stage = stageWith("10.00", rules -> rules, fault::around);
            fault.loseAnswers(Integer.MAX_VALUE);
            assertThat(reasonOf(stage.publish())).isEqualTo(Refusal.UNAVAILABLE);
            assertThat(stage.storage.sessions().open()).hasSize(1);
            stage.restart();
            assertThat(stage.storage.sessions().open()).isEmpty();
            assertThat(stage.balance().held()).isEqualTo(usd("0"));
        }
    }

    private static Refusal reasonOf(Admission admission) {
        return ((Admission.Refused) admission).reason();
    }

    /** A wallet whose answers get lost: the call is done, and the caller does not learn of it. */
    private static final class FaultyWallet {

        private int toLose;
        private Runnable whileHolding = () -> {};

        void loseAnswers(int count) {
            toLose = count;
        }

        void whileHolding(Runnable action) {
            whileHolding = action;
        }

        private <T> T answer(T result) {
            if (toLose > 0) {
                toLose--;
                throw new LivemeterException("test.lost", "The answer got lost.", true, null);
            }
            return result;
        }

        Wallet around(Wallet wallet) {
            return new Wallet() {
                @Override
                public Optional<WalletBalance> balance(UserId owner) {
                    return wallet.balance(owner);
                }

                @Override
                public CreditResult credit(CreditRequest request) {
                    return wallet.credit(request);
                }

                @Override
                public HoldResult hold(HoldRequest request) {
                    whileHolding.run();
                    return answer(wallet.hold(request));
                }

                @Override
                public Optional<Hold> find(HoldId id) {
                    return wallet.find(id);
                }

                @Override
                public CaptureResult capture(CaptureRequest request) {
                    return answer(wallet.capture(request));
                }

                @Override
                public Optional<Hold> voidHold(HoldId id) {
                    return answer(wallet.voidHold(id));
                }

                @Override
                public DebitResult debit(DebitRequest request) {
                    return answer(wallet.debit(request));
                }

                @Override
                public RefundResult refund(RefundRequest request) {
                    return answer(wallet.refund(request));
                }
            };
        }
    }
}

package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.Settler;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureRequest.Remainder;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one thread among several that settle at the same time, and what it was told of each. In two rounds of three a session is charged 0.05 USD
 * and asks for 0.10 more, in the third it only goes on. For one thread at a time.
 */
final class RacingSessions {

    private static final Money CHARGE = Money.of("USD", "0.05");
    private static final Money QUOTA = Money.of("USD", "0.10");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int IDLE_EVERY = 3;

    private final Settler settler;
    private final Random random;
    private final List<Racer> racers = new ArrayList<>();

    /**
     * Sessions in no order.
     *
     * @param live with a hold each, of which what they were granted is left
     * @param random of the order in which they are settled
     */
    RacingSessions(Settler settler, List<Session> live, Random random) {
        this.settler = settler;
        this.random = random;
        for (var session : live) {
            racers.add(new Racer(racers.size(), session));
        }
    }

    /** Settles all of them together, that often, each time in another order. */
    RacingSessions settle(int rounds) {
        for (var round = 0; round < rounds; round++) {
            var turn = round;
            Collections.shuffle(racers, random);
            var requests = racers.stream().map(racer -> racer.next(turn)).toList();
            var results = settler.settle(requests);
            if (round % IDLE_EVERY == 1) {
                // The answer is taken for lost.
                var again = settler.settle(requests);
                assertThat(again.stream().map(RacingSessions::moved).toList())
                        .isEqualTo(results.stream().map(RacingSessions::moved).toList());
                results = again;
            }
            for (var i = 0; i < results.size(); i++) {
                racers.get(i).take((SettleResult.Settled) results.get(i));
            }
        }
        return this;
    }

    /** Ends all of them together, and gives back what is left of their holds. */
    RacingSessions end() {
        Collections.shuffle(racers, random);
        var results = settler.settle(racers.stream().map(Racer::end).toList());
        for (var i = 0; i < results.size(); i++) {
            racers.get(i).take((SettleResult.Settled) results.get(i));
        }
        return this;
    }

    List<Racer> racers() {
        return racers;
    }

    /** The money that an answer tells of: why something was declined may be told otherwise to a repeat. */
    private static List<Money> moved(SettleResult result) {
        var settled = (SettleResult.Settled) result;
        var moved = new ArrayList<Money>();
        settled.captures().stream()
                .filter(CaptureResult.Captured.class::isInstance)
                .map(capture -> ((CaptureResult.Captured) capture).transfer().amount())
                .forEach(moved::add);
        if (settled.hold() instanceof HoldResult.Placed placed) {
            moved.add(placed.added());
        }
        return moved;
    }

    /** One session, and what the answers to its requests add up to. */
    static final class Racer {

        private final int number;
        private final HoldId first;
        private final List<HoldId> holds = new ArrayList<>();
        private Session session;
        private Money charged;
        private Money granted;

        private Racer(int number, Session session) {
            this.number = number;
            this.session = session;
            this.first = new HoldId(session.id() + "/h1");
            this.holds.add(first);
            this.charged = session.metering().charged();
            this.granted = session.metering().granted();
        }

        Session session() {
            return session;
        }

        UserId payer() {
            return session.payer();
        }

        Money charged() {
            return charged;
        }

        Money granted() {
            return granted;
        }

        private SettleRequest next(int round) {
            if ((number + round) % IDLE_EVERY == 0) {
                return request(List.of(), null);
            }
            var capture =
                    new CaptureRequest(new TransferId(session.id() + "/c" + round), first, CHARGE, Remainder.KEEP);
            var quota = HoldRequest.exactly(new HoldId(session.id() + "/q" + round), payer(), QUOTA, HOUR);
            return request(List.of(capture), quota).raising(first);
        }

        private SettleRequest request(List<CaptureRequest> captures, @Nullable HoldRequest quota) {
            var metering = session.metering();
            var used = metering.used().plusSeconds(1);
            var next = SessionRows.changed(
                    session,
                    session.state(),
                    SessionRows.used(metering, metering.basis(), used),
                    session.liveAt(),
                    session.seenAt().plusSeconds(1),
                    null,
                    null);
            return new SettleRequest(session, next, captures, quota, List.of());
        }

        private SettleRequest end() {
            var over = SessionRows.changed(
                    session,
                    SessionState.ENDED,
                    session.metering(),
                    session.liveAt(),
                    session.seenAt(),
                    session.seenAt(),
                    new SessionEnd.HungUp());
            return new SettleRequest(session, over, List.of(), null, List.copyOf(holds));
        }

        private void take(SettleResult.Settled settled) {
            session = settled.session();
            for (var result : settled.captures()) {
                if (result instanceof CaptureResult.Captured captured) {
                    charged = charged.plus(captured.transfer().amount());
                }
            }
            if (settled.hold() instanceof HoldResult.Placed placed) {
                granted = granted.plus(placed.added());
                if (!holds.contains(placed.hold().id())) {
                    holds.add(placed.hold().id());
                }
            }
        }
    }
}

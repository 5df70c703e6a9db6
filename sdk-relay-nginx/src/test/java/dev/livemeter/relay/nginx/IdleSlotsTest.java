package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdleSlotsTest {

    private static final Duration MOMENT = Duration.ofMillis(1);

    private final ManualTime time = ManualTime.create();
    private final IdleSlots idle = new IdleSlots(time, time, IdleSlots.MOST);
    private final List<Answer> first = new ArrayList<>();
    private final List<Answer> second = new ArrayList<>();

    @Test
    void aSlotThatNobodyWantsIsSentAwayAfterAWhile() {
        idle.ask(1, first::add);
        time.advance(IdleSlots.HOLD.minusSeconds(1));
        assertThat(first).isEmpty();
        idle.ask(1, second::add);
        time.advance(Duration.ofSeconds(2));
        assertThat(first).containsExactly(Answer.FORBIDDEN);
        assertThat(second).isEmpty();
        time.advance(IdleSlots.HOLD);
        assertThat(first).hasSize(1);
        assertThat(second).containsExactly(Answer.FORBIDDEN);
    }

    @Test
    void whoIsWantedIsLetOnAtOnceAndTheOthersWait() {
        idle.ask(1, first::add);
        idle.ask(2, second::add);
        idle.want(1);
        time.advance(MOMENT);
        assertThat(first).containsExactly(Answer.GO);
        assertThat(second).isEmpty();
    }

    @Test
    void aSlotThatIsWantedIsLetOnUntilEverybodyIsServed() {
        idle.want(1);
        idle.want(1);
        idle.ask(1, first::add);
        idle.served(1);
        idle.ask(1, first::add);
        assertThat(first).containsExactly(Answer.GO, Answer.GO);
        idle.served(1);
        idle.ask(1, second::add);
        assertThat(second).isEmpty();
    }

    @Test
    void nobodyIsKeptWaitingByOneThatEnds() {
        idle.ask(1, first::add);
        idle.close();
        idle.ask(2, second::add);
        assertThat(first).containsExactly(Answer.UNAVAILABLE);
        assertThat(second).containsExactly(Answer.UNAVAILABLE);
    }

    @Test
    void whoComesBeyondTheMostIsSentAway() {
        for (var i = 0; i < 8_192; i++) {
            idle.ask(1 + i % 8, first::add);
        }
        idle.ask(1, second::add);
        assertThat(second).containsExactly(Answer.FORBIDDEN);
        assertThat(first).isEmpty();
        idle.want(2);
        time.advance(MOMENT);
        assertThat(first).hasSize(1_024);
        idle.served(2);
        idle.ask(2, second::add);
        assertThat(second).hasSize(1);
    }

    @Test
    void whatIsWantedHereTheOthersAreToldUntilItIsServed() {
        var told = new ArrayList<Integer>();
        var shared = new IdleSlots(time, time, IdleSlots.MOST, told::add);
        shared.want(2);
        shared.want(2);
        time.advance(MOMENT);
        assertThat(told).containsExactly(2);
        time.advance(IdleSlots.TELL_AGAIN);
        assertThat(told).containsExactly(2, 2);
        shared.served(2);
        shared.served(2);
        time.advance(IdleSlots.TELL_AGAIN.multipliedBy(3));
        assertThat(told).hasSize(2);
    }

    @Test
    void whatAnotherNodeWantsIsLetOnForAWhile() {
        idle.ask(1, first::add);
        idle.wantedElsewhere(1);
        time.advance(MOMENT);
        assertThat(first).containsExactly(Answer.GO);
        idle.ask(1, second::add);
        assertThat(second).containsExactly(Answer.GO);
        time.advance(IdleSlots.WANTED_FOR);
        idle.ask(1, second::add);
        assertThat(second).hasSize(1);
    }
}

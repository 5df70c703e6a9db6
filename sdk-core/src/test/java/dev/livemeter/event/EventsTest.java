package dev.livemeter.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.event.LiveEvent.WalletCredited;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventsTest {

    private static LiveEvent credited(int number) {
        return new WalletCredited(
                Instant.EPOCH.plusSeconds(number), UserId.of("alice"), Money.of("USD", "1"), Money.of("USD", "1"));
    }

    @Test
    void eachListenerIsToldEverythingInOrderWhateverTheOthersDo() throws Exception {
        var workers = Executors.newFixedThreadPool(4);
        try {
            var events = new Events(workers);
            var blocked = new CountDownLatch(1);
            var done = new CountDownLatch(1_000);
            var told = new CopyOnWriteArrayList<LiveEvent>();
            events.subscribe(event -> await(blocked));
            events.subscribe(event -> {
                if (event.at().equals(Instant.EPOCH)) {
                    throw new IllegalStateException("a listener that fails once");
                }
            });
            events.subscribe(event -> {
                told.add(event);
                done.countDown();
            });
            var all = new ArrayList<LiveEvent>();
            for (var i = 0; i < 1_000; i++) {
                all.add(credited(i));
                events.publish(credited(i));
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(told).isEqualTo(all);
            blocked.countDown();
        } finally {
            workers.shutdownNow();
        }
    }

    @Test
    void aListenerOfOneTypeIsToldNothingElse() {
        var events = new Events(Runnable::run);
        var told = new ArrayList<LiveEvent>();
        events.subscribe(LiveEvent.SessionEnded.class, told::add);
        events.publish(credited(1));
        assertThat(told).isEmpty();
    }

    @Test
    void aClosedSubscriptionIsToldNothing() {
        var events = new Events(Runnable::run);
        var told = new ArrayList<LiveEvent>();
        var subscription = events.subscribe(told::add);
        events.publish(credited(1));
        subscription.close();
        events.publish(credited(2));
        assertThat(told).isEqualTo(List.of(credited(1)));
    }

    @Test
    void codesAreTheNamesInLowerCase() {
        assertThat(credited(1).code()).isEqualTo("wallet_credited");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(120, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

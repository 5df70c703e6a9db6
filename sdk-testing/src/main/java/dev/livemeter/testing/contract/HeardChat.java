package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.spi.CarriesChat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** What an ear is told, a line for each; and whether two threads told it something at the same time. Thread-safe. */
class HeardChat implements CarriesChat.Ear {

    private static final int PATIENCE_SECONDS = 60;

    private final List<String> lines = new ArrayList<>();
    private final List<CarriesChat.Message> messages = new ArrayList<>();
    private final AtomicInteger telling = new AtomicInteger();
    private volatile boolean toldByTwo;

    private void note(String line) {
        if (telling.incrementAndGet() > 1) {
            toldByTwo = true;
        }
        synchronized (this) {
            lines.add(line);
            notifyAll();
        }
        // Long enough for another thread to come in between.
        LockSupport.parkNanos(50_000);
        telling.decrementAndGet();
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    synchronized List<CarriesChat.Message> messages() {
        return List.copyOf(messages);
    }

    boolean wasToldByTwo() {
        return toldByTwo;
    }

    void awaits(String line) throws InterruptedException {
        awaits(line, 1);
    }

    synchronized void awaits(String line, int times) throws InterruptedException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (lines.stream().filter(line::equals).count() < times && System.nanoTime() < deadline) {
            wait(50);
        }
        assertThat(lines.stream().filter(line::equals).count())
                .as("heard '%s' in %s", line, lines)
                .isGreaterThanOrEqualTo(times);
    }

    @Override
    public void said(CarriesChat.Message message) {
        synchronized (this) {
            messages.add(message);
        }
        note(message.author().name() + ": " + message.text());
    }

    @Override
    public void removed(CarriesChat.Removal removal) {
        if (removal instanceof CarriesChat.Removal.OfMessage one) {
            note("removed " + one.id());
        } else if (removal instanceof CarriesChat.Removal.OfAuthor all) {
            note("removed all of " + all.author());
        } else {
            note("removed all");
        }
    }

    @Override
    public void changed(CarriesChat.State state) {
        if (state instanceof CarriesChat.State.Interrupted) {
            note("interrupted");
        } else {
            note(state instanceof CarriesChat.State.Over ? "over" : "connected");
        }
    }
}

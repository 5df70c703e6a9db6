package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.spi.CarriesChat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What an ear is told, as words. */
final class HeardWords implements CarriesChat.Ear {

    private final List<String> words = new CopyOnWriteArrayList<>();
    private final List<CarriesChat.Message> messages = new CopyOnWriteArrayList<>();

    List<String> words() {
        return List.copyOf(words);
    }

    List<CarriesChat.Message> messages() {
        return List.copyOf(messages);
    }

    void awaits(String word) {
        awaits(word, 1);
    }

    void awaits(String word, int times) {
        try {
            await(() -> words.stream().filter(word::equals).count() >= times);
        } catch (AssertionError late) {
            assertThat(words).as("heard '%s' %s times", word, times).contains(word);
            throw late;
        }
    }

    static void await(BooleanSupplier condition) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void said(CarriesChat.Message message) {
        messages.add(message);
        words.add(message.author().name() + ": " + message.text());
    }

    @Override
    public void removed(CarriesChat.Removal removal) {
        if (removal instanceof CarriesChat.Removal.OfMessage one) {
            words.add("removed " + one.id());
        } else if (removal instanceof CarriesChat.Removal.OfAuthor all) {
            words.add("removed all of " + all.author());
        } else {
            words.add("removed all");
        }
    }

    @Override
    public void changed(CarriesChat.State state) {
        if (state instanceof CarriesChat.State.Interrupted broken) {
            words.add("interrupted " + broken.trouble().code() + ": "
                    + broken.trouble().message());
        } else {
            words.add(state instanceof CarriesChat.State.Over end ? "over: " + end.message() : "connected");
        }
    }
}

package com.example.lighthouse;

import dev.livemeter.LivemeterException;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.broadcast.chat.PlatformAuthor.Badge;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat.Ear;
import dev.livemeter.spi.CarriesChat.Link;
import dev.livemeter.spi.CarriesChat.Means;
import dev.livemeter.spi.CarriesChat.Message;
import dev.livemeter.spi.CarriesChat.Removal;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.spi.CarriesChat.State;
import dev.livemeter.spi.PlatformTrouble;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** A chat that is asked what is new, again and again. Each look asks for the next one, so the ear is told by one thread at a time, and between two looks there is none. */
final class LighthouseChat implements Link {

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final LighthouseApi api;
    private final String path;
    private final AccountAccess access;
    private final Ear ear;
    private final Means means;
    private final Duration every;
    private String after = "0";
    private boolean connected;
    private Duration pause;
    private volatile boolean done;

    LighthouseChat(LighthouseApi api, String path, AccountAccess access, Ear ear, Means means, Duration every) {
        this.api = api;
        this.path = path;
        this.access = access;
        this.ear = ear;
        this.means = means;
        this.every = every;
        this.pause = every;
    }

    void begin() {
        again(Duration.ZERO);
    }

    private void again(Duration in) {
        var unused = means.scheduler().after(in, this::look);
    }

    private void look() {
        if (done) {
            return;
        }
        try {
            var answer = api.ask(path, Map.of("after", after), access);
            var trouble = answer.trouble();
            if (trouble != null) {
                failed(trouble);
                return;
            }
            if (!connected && !done) {
                connected = true;
                pause = every;
                ear.changed(new State.Connected());
            }
            for (var event : answer.forms()) {
                if (!done) {
                    tell(event);
                }
            }
            again(every);
        } catch (LivemeterException account) {
            over("The account cannot be used: " + account.getMessage());
        }
    }

    private void tell(Map<String, String> event) {
        after = event.getOrDefault("number", after);
        var author = Lighthouse.text(event, "author");
        switch (Lighthouse.text(event, "event")) {
            case "said" ->
                ear.said(new Message(
                        Lighthouse.text(event, "id"),
                        new PlatformAuthor(
                                author,
                                Lighthouse.text(event, "name"),
                                Lighthouse.text(event, "badge").equals("moderator")
                                        ? Set.of(Badge.MODERATOR)
                                        : Set.of()),
                        Lighthouse.text(event, "text"),
                        "",
                        Instant.parse(Lighthouse.text(event, "at"))));
            case "removed" -> ear.removed(new Removal.OfMessage(Lighthouse.text(event, "id")));
            case "banned" -> ear.removed(new Removal.OfAuthor(author));
            case "over" -> over("");
            default -> {
                // Lighthouse may come to tell more than this knows.
            }
        }
    }

    private void failed(PlatformTrouble trouble) {
        if (!trouble.retryable()) {
            over(trouble.message());
            return;
        }
        if (!done) {
            connected = false;
            ear.changed(new State.Interrupted(trouble, means.time().instant().plus(pause)));
            again(pause);
            var longer = pause.multipliedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
        }
    }

    private void over(String why) {
        if (!done) {
            done = true;
            ear.changed(new State.Over(why));
        }
    }

    @Override
    public Saying say(String text) {
        if (done) {
            return new Saying.NotAllowed("The chat was left, or is over; nothing can be said there.");
        }
        return api.ask(path + "/say", Map.of("text", text), access)
                .fold(form -> new Saying.Said(), Saying.Refused::new);
    }

    @Override
    public void close() {
        done = true;
    }
}

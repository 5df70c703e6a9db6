package dev.livemeter.platforms;

import dev.livemeter.platforms.facebook.FacebookApi;
import dev.livemeter.platforms.http.Answer;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.spi.CarriesChat.Ear;
import dev.livemeter.spi.CarriesChat.Link;
import dev.livemeter.spi.CarriesChat.Means;
import dev.livemeter.spi.CarriesChat.Message;
import dev.livemeter.spi.CarriesChat.Removal;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.spi.CarriesChat.State;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.time.Scheduler.Scheduled;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Comments that are asked for again and again: the newest hundred each time, so that what is missing among them now was taken away. All that happens is posted to one mailbox, where alone
 * the state is touched and the ear is told.
 */
final class FacebookChatLink implements Link {

    /** Nobody writes: that many times the shortest pause at most. */
    private static final int SELDOMMEST = 6;

    /** A comment may be missing once, where Facebook's machines do not agree yet. */
    private static final int MISSED = 2;

    private static final int KNOWN = 1000;

    private final FacebookComments comments;
    private final ChatPatience patience;
    private final Duration every;
    private final Ear ear;
    private final Means means;
    private final Mailbox mailbox;

    /** Those that were told, by id. */
    private final Map<String, Told> told = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
            return size() > KNOWN;
        }
    };

    private @Nullable Scheduled timer;
    private boolean connected;
    private int failures;
    private int quiet;
    private volatile boolean closed;
    private volatile boolean over;

    FacebookChatLink(FacebookComments comments, ChatPatience patience, Duration every, Ear ear, Means means) {
        this.comments = comments;
        this.patience = patience;
        this.every = every;
        this.ear = ear;
        this.means = means;
        this.mailbox = new Mailbox(means.workers());
    }

    private static final class Told {

        private final Instant at;
        private int missed;
        private boolean removed;

        private Told(Instant at) {
            this.at = at;
        }
    }

    void begin() {
        mailbox.post(this::poll);
    }

    private boolean isDone() {
        return closed || over;
    }

    private void poll() {
        if (isDone()) {
            return;
        }
        var answer = comments.newest();
        if (isDone()) {
            return;
        }
        if (answer instanceof Answer.Failed failed) {
            failed(failed.trouble());
        } else {
            read(((Answer.Ok) answer).json());
        }
    }

    private void read(JsonObject json) {
        failures = 0;
        if (!connected) {
            connected = true;
            ear.changed(new State.Connected());
        }
        var page = Json.objects(json, "data");
        var present = new HashMap<String, Message>();
        var fresh = new ArrayList<Message>();
        for (var i = page.size() - 1; i >= 0; i--) {
            comments.read(page.get(i)).ifPresent(message -> {
                present.put(message.id(), message);
                if (!told.containsKey(message.id())) {
                    fresh.add(message);
                }
            });
        }
        var taken = taken(present, page.size() >= FacebookComments.WINDOW);
        tell(fresh, taken);
        quiet = fresh.isEmpty() ? quiet + 1 : 0;
        if (!isDone()) {
            later(every.multipliedBy(Math.min(SELDOMMEST, 1 + quiet / 3)));
        }
    }

    /** What was told, and is missing for the second time. Where there are more than a page of comments, those before the page's oldest are not looked at. */
    private List<String> taken(Map<String, Message> present, boolean isFull) {
        var oldest = present.values().stream()
                .map(Message::at)
                .min(Instant::compareTo)
                .orElse(isFull ? Instant.MAX : Instant.MIN);
        var taken = new ArrayList<String>();
        told.forEach((id, known) -> {
            if (present.containsKey(id)) {
                known.missed = 0;
            } else if (!known.removed && (!isFull || known.at.isAfter(oldest)) && ++known.missed >= MISSED) {
                known.removed = true;
                taken.add(id);
            }
        });
        return taken;
    }

    private void tell(List<Message> fresh, List<String> taken) {
        for (var message : fresh) {
            if (isDone()) {
                return;
            }
            told.put(message.id(), new Told(message.at()));
            ear.said(message);
        }
        for (var id : taken) {
            if (isDone()) {
                return;
            }
            ear.removed(new Removal.OfMessage(id));
        }
    }

    private void later(Duration pause) {
        timer = means.scheduler().after(pause, () -> mailbox.post(this::poll));
    }

    private void failed(PlatformTrouble trouble) {
        if (FacebookApi.GONE.contains(trouble.code())) {
            over("");
        } else if (trouble.retryable()) {
            connected = false;
            failures++;
            var pause = patience.pause(failures, trouble.retryAfter());
            ear.changed(new State.Interrupted(trouble, means.time().instant().plus(pause)));
            later(pause);
        } else {
            over(trouble.message());
        }
    }

    private void over(String message) {
        over = true;
        ear.changed(new State.Over(message));
    }

    @Override
    public Saying say(String text) {
        if (isDone()) {
            return new Saying.NotAllowed("The chat was left, or is over; nothing can be said there.");
        }
        var saying = comments.say(text);
        if (saying instanceof Saying.Said) {
            mailbox.post(() -> quiet = 0);
        }
        return saying;
    }

    @Override
    public void close() {
        closed = true;
        mailbox.post(() -> {
            var waiting = timer;
            if (waiting != null) {
                waiting.cancel();
            }
        });
    }
}

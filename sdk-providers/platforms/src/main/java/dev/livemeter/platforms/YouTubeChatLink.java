package dev.livemeter.platforms;

import dev.livemeter.LivemeterException;
import dev.livemeter.platforms.http.Answer;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.CarriesChat.Ear;
import dev.livemeter.spi.CarriesChat.Link;
import dev.livemeter.spi.CarriesChat.Means;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.spi.CarriesChat.State;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.time.Scheduler.Scheduled;
import jakarta.json.JsonObject;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A YouTube chat that was joined: by a stream, and by polling once streams came to nothing twice. All that happens is posted to one mailbox, where alone the state is touched and the ear is told.
 */
final class YouTubeChatLink implements Link {

    private static final int STREAMS_TRIED = 2;
    private static final int UNAUTHORIZED = 401;

    /** A stream in which nothing comes may be dead; another one goes on where it was. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);

    private static final Duration USUAL_PAUSE = Duration.ofSeconds(5);

    private final YouTubeChatCalls calls;
    private final String broadcast;
    private final HttpClient streams;
    private final ChatPatience patience;
    private final Ear ear;
    private final Means means;
    private final Mailbox mailbox;
    private @Nullable YouTubeStream stream;
    private @Nullable Secret refused;
    private @Nullable Scheduled timer;
    private @Nullable String page;
    private boolean connected;
    private boolean carried;
    private int failures;
    private int emptyStreams;
    private volatile @Nullable String chat;
    private volatile boolean closed;
    private volatile boolean over;

    YouTubeChatLink(
            YouTubeChatCalls calls, String broadcast, HttpClient streams, ChatPatience patience, Ear ear, Means means) {
        this.calls = calls;
        this.broadcast = broadcast;
        this.streams = streams;
        this.patience = patience;
        this.ear = ear;
        this.means = means;
        this.mailbox = new Mailbox(means.workers());
    }

    void begin() {
        mailbox.post(this::attempt);
    }

    private boolean isDone() {
        return closed || over;
    }

    private void attempt() {
        if (isDone()) {
            return;
        }
        var known = chat;
        if (known == null) {
            lookUp();
        } else if (emptyStreams < STREAMS_TRIED) {
            openStream(known);
        } else {
            poll(known);
        }
    }

    private void later(Duration pause) {
        timer = means.scheduler().after(pause, () -> mailbox.post(this::attempt));
    }

    private void lookUp() {
        var answer = calls.broadcast(broadcast);
        if (answer instanceof Answer.Failed refusal) {
            failed(refusal.trouble());
        } else {
            found(((Answer.Ok) answer).json());
        }
    }

    private void found(JsonObject broadcasts) {
        var id = Json.objects(broadcasts, "items").stream()
                .findFirst()
                .flatMap(item -> Json.text(item, "snippet", "liveChatId"))
                .filter(text -> !text.isEmpty());
        if (id.isEmpty()) {
            over("This broadcast has no chat on YouTube.");
        } else {
            chat = id.get();
            attempt();
        }
    }

    private void openStream(String id) {
        var withheld = calls.chargeStream(id);
        if (withheld.isPresent()) {
            failed(withheld.get());
            return;
        }
        try {
            var before = refused;
            var token = before == null ? calls.token() : calls.tokenAfter(before);
            var opened = new YouTubeStream[1];
            opened[0] = new YouTubeStream(
                    mailbox, json -> streamed(opened[0], json), status -> ended(opened[0], token, status));
            stream = opened[0];
            carried = false;
            watch(opened[0]);
            opened[0].open(streams, calls.stream(id, page), token, patience.answer());
        } catch (LivemeterException account) {
            failed(AccountTrouble.of(account));
        }
    }

    private void watch(YouTubeStream watched) {
        var waiting = timer;
        if (waiting != null) {
            waiting.cancel();
        }
        timer = means.scheduler()
                .after(
                        LONGEST_SILENCE,
                        () -> mailbox.post(() -> {
                            if (stream == watched && !isDone()) {
                                watched.close();
                                attempt();
                            }
                        }));
    }

    private void streamed(YouTubeStream from, JsonObject json) {
        if (isDone() || from != stream) {
            return;
        }
        var id = chat;
        if (id != null) {
            calls.chargePush(id);
        }
        refused = null;
        carried = true;
        emptyStreams = 0;
        page(json);
        if (!isDone()) {
            watch(from);
        }
    }

    private void ended(YouTubeStream from, Secret token, int status) {
        if (isDone() || from != stream) {
            return;
        }
        stream = null;
        if (status == UNAUTHORIZED && refused == null) {
            refused = token;
            attempt();
            return;
        }
        refused = null;
        if (carried) {
            interrupted(new PlatformTrouble(
                    true, null, "connection_lost", "The connection to YouTube's chat broke; it is joined again."));
        } else {
            // Polling tells what is wrong, where something is.
            emptyStreams++;
            var id = chat;
            if (emptyStreams >= STREAMS_TRIED || status >= 400) {
                emptyStreams = STREAMS_TRIED;
            }
            if (id != null) {
                poll(id);
            }
        }
    }

    private void poll(String id) {
        var answer = calls.list(id, page);
        if (answer instanceof Answer.Failed refusal) {
            failed(refusal.trouble());
            return;
        }
        var json = ((Answer.Ok) answer).json();
        page(json);
        if (!isDone()) {
            later(calls.pause(Json.number(json, "pollingIntervalMillis")
                    .filter(millis -> millis > 0)
                    .map(Duration::ofMillis)
                    .orElse(USUAL_PAUSE)));
        }
    }

    private void page(JsonObject json) {
        failures = 0;
        if (!connected) {
            connected = true;
            ear.changed(new State.Connected());
        }
        for (var item : Json.objects(json, "items")) {
            if (isDone()) {
                return;
            }
            if (YouTubeChatEvents.isEnd(item)) {
                over("");
                return;
            }
            YouTubeChatEvents.tell(item, ear);
        }
        Json.text(json, "nextPageToken").filter(token -> !token.isEmpty()).ifPresent(token -> page = token);
        if (Json.text(json, "offlineAt").isPresent()) {
            over("");
        }
    }

    private void failed(PlatformTrouble trouble) {
        switch (trouble.code()) {
            case "liveChatEnded", "liveChatNotFound" -> over("");
            case "liveChatDisabled" -> over("The chat of this broadcast is switched off on YouTube.");
            case "pageTokenInvalid", "invalidPageToken" -> {
                page = null;
                interrupted(new PlatformTrouble(
                        true, null, trouble.code(), "YouTube lost the place in the chat; it is joined anew."));
            }
            default -> {
                if (trouble.retryable()) {
                    interrupted(trouble);
                } else {
                    over(trouble.message());
                }
            }
        }
    }

    private void interrupted(PlatformTrouble trouble) {
        release();
        if (isDone()) {
            return;
        }
        connected = false;
        failures++;
        var pause = patience.pause(failures, trouble.retryAfter());
        ear.changed(new State.Interrupted(trouble, means.time().instant().plus(pause)));
        later(pause);
    }

    private void over(String message) {
        if (!isDone()) {
            over = true;
            release();
            ear.changed(new State.Over(message));
        }
    }

    private void release() {
        var waiting = timer;
        if (waiting != null) {
            waiting.cancel();
        }
        var present = stream;
        if (present != null) {
            present.close();
        }
        stream = null;
    }

    @Override
    public Saying say(String text) {
        if (isDone()) {
            return new Saying.NotAllowed("The chat was left, or is over; nothing can be said there.");
        }
        var id = chat;
        return id == null
                ? new Saying.Refused(new PlatformTrouble(
                        true, Duration.ofSeconds(5), "joining", "The chat is being joined; try again in a moment."))
                : calls.say(id, text);
    }

    @Override
    public void close() {
        closed = true;
        mailbox.post(this::release);
    }
}

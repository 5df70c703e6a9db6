package dev.livemeter.platforms;

import dev.livemeter.platforms.TwitchHelix.Step;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.spi.CarriesChat.Ear;
import dev.livemeter.spi.CarriesChat.Link;
import dev.livemeter.spi.CarriesChat.Means;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.spi.CarriesChat.State;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.time.Scheduler.Scheduled;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Twitch channel's chat that was joined: one socket, and for some seconds two where Twitch wants it to move. All that happens is posted to one mailbox, where alone the state is touched and the ear is told.
 */
final class TwitchChatLink implements Link {

    private static final Logger log = LoggerFactory.getLogger(TwitchChatLink.class);

    private static final String MESSAGES = "channel.chat.message";
    private static final List<String> TYPES =
            List.of(MESSAGES, "channel.chat.message_delete", "channel.chat.clear_user_messages", "channel.chat.clear");

    private static final int IDS_KNOWN = 500;

    /** Twitch promises to say something within its time; the network takes some of its own. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** After the welcome of the new socket nothing new comes by the old one, but what it has is read. */
    private static final Duration LEAVES_WITHIN = Duration.ofSeconds(5);

    private static final PlatformTrouble FAULT = new PlatformTrouble(
            true,
            null,
            "fault",
            "The chat was interrupted by a fault in this application, whose log tells more; it is joined again.");

    private final TwitchHelix helix;
    private final HttpClient sockets;
    private final URI eventSub;
    private final ChatPatience patience;
    private final Ear ear;
    private final Means means;
    private final Mailbox mailbox;
    private final Map<String, Boolean> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > IDS_KNOWN;
        }
    };
    private @Nullable TwitchSocket current;
    private @Nullable TwitchSocket next;
    private @Nullable TwitchSocket leaving;
    private @Nullable Scheduled timer;
    private Duration silence;
    private long heardAt;
    private int failures;
    private volatile boolean closed;
    private volatile boolean over;

    TwitchChatLink(TwitchHelix helix, HttpClient sockets, URI eventSub, ChatPatience patience, Ear ear, Means means) {
        this.helix = helix;
        this.sockets = sockets;
        this.eventSub = eventSub;
        this.patience = patience;
        this.ear = ear;
        this.means = means;
        this.mailbox = new Mailbox(means.workers());
        this.silence = patience.answer();
    }

    void begin() {
        step(this::attempt);
    }

    private void step(Runnable task) {
        mailbox.post(() -> guarded(task));
    }

    /** What fails here by a fault of ours is joined again, as nothing else would ever wake it. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("A step of Twitch's chat failed.", e);
            interrupted(FAULT);
        }
    }

    private boolean isDone() {
        return closed || over;
    }

    private void attempt() {
        if (isDone() || current != null) {
            return;
        }
        if (!helix.allows(TwitchSettings.READS_CHAT)) {
            over(
                    "This account was connected without the permission to read the chat on Twitch; connect it again and allow that.");
            return;
        }
        var socket = socket();
        current = socket;
        silence = patience.answer();
        heard();
        watch();
        socket.open(sockets, eventSub, patience.answer());
    }

    private TwitchSocket socket() {
        var made = new TwitchSocket[1];
        made[0] = new TwitchSocket(
                mailbox, text -> guarded(() -> received(made[0], text)), code -> guarded(() -> lost(made[0], code)));
        return made[0];
    }

    private void heard() {
        heardAt = means.time().nanoTime();
    }

    /** Looks whether Twitch has been silent for too long, once it may have been. */
    private void watch() {
        var present = timer;
        if (present != null) {
            present.cancel();
        }
        var left = silence.plus(GRACE).minusNanos(means.time().nanoTime() - heardAt);
        timer = means.scheduler().after(left, () -> step(this::look));
    }

    private void look() {
        var socket = current;
        if (isDone() || socket == null) {
            return;
        }
        if (means.time().nanoTime() - heardAt >= silence.plus(GRACE).toNanos()) {
            socket.lose("silent");
        } else {
            watch();
        }
    }

    private void lost(TwitchSocket socket, String code) {
        if (socket == next) {
            // The one before goes on until Twitch closes it; then everything begins anew.
            next = null;
            log.debug("Twitch's chat could not move to another connection: {}.", code);
        } else if (socket == leaving) {
            leaving = null;
        } else if (socket == current) {
            var sentence = switch (code) {
                case "silent" -> "Twitch's chat has fallen silent; it is joined again.";
                case "unreachable" ->
                    "Twitch's chat cannot be reached; check that this host may connect to it. It is tried again.";
                case "too_long" -> "Twitch's chat sent more than is read; it is joined again.";
                default -> "The connection to Twitch's chat broke; it is joined again.";
            };
            interrupted(new PlatformTrouble(true, null, code, sentence));
        }
    }

    private void interrupted(PlatformTrouble trouble) {
        closeSockets();
        if (isDone()) {
            return;
        }
        failures++;
        var pause = patience.pause(failures, trouble.retryAfter());
        timer = means.scheduler().after(pause, () -> step(this::attempt));
        ear.changed(new State.Interrupted(trouble, means.time().instant().plus(pause)));
    }

    private void over(String message) {
        if (!isDone()) {
            over = true;
            closeSockets();
            ear.changed(new State.Over(message));
        }
    }

    private void closeSockets() {
        var waiting = timer;
        if (waiting != null) {
            waiting.cancel();
        }
        for (var socket : new @Nullable TwitchSocket[] {current, next, leaving}) {
            if (socket != null) {
                socket.close();
            }
        }
        current = null;
        next = null;
        leaving = null;
    }

    private void received(TwitchSocket socket, String text) {
        if (isDone() || (socket != current && socket != next && socket != leaving)) {
            return;
        }
        if (socket != leaving) {
            heard();
        }
        var message = Json.parse(text.getBytes(StandardCharsets.UTF_8));
        var id = message.flatMap(json -> Json.text(json, "metadata", "message_id"));
        var type = message.flatMap(json -> Json.text(json, "metadata", "message_type"));
        if (message.isEmpty() || id.isEmpty() || type.isEmpty()) {
            log.debug("Twitch's chat sent something that is no message of EventSub; it is left out.");
            return;
        }
        if (known.putIfAbsent(id.get(), true) != null) {
            return;
        }
        switch (type.get()) {
            case "session_welcome" -> welcome(socket, message.get());
            case "session_reconnect" -> move(socket, message.get());
            case "notification" -> TwitchChatEvents.tell(message.get(), ear);
            case "revocation" -> revoked(message.get());
            default -> {
                // A keepalive, or something that is not asked for: that it came is all that counts.
            }
        }
    }

    private void welcome(TwitchSocket socket, JsonObject message) {
        var session = Json.text(message, "payload", "session", "id");
        if (session.isEmpty() || socket.session != null) {
            return;
        }
        socket.session = session.get();
        Json.number(message, "payload", "session", "keepalive_timeout_seconds")
                .filter(seconds -> seconds > 0 && seconds <= 600)
                .ifPresent(seconds -> silence = Duration.ofSeconds(seconds));
        watch();
        if (socket == next) {
            // What was subscribed has moved along.
            var before = current;
            current = socket;
            next = null;
            if (before != null) {
                leave(before);
            }
            return;
        }
        subscribe(session.get());
    }

    private void leave(TwitchSocket before) {
        var older = leaving;
        if (older != null) {
            older.close();
        }
        leaving = before;
        means.scheduler()
                .after(
                        LEAVES_WITHIN,
                        () -> mailbox.post(() -> {
                            before.close();
                            if (leaving == before) {
                                leaving = null;
                            }
                        }));
    }

    private void subscribe(String session) {
        for (var type : TYPES) {
            var step = helix.subscribe(type, session);
            if (isDone()) {
                return;
            }
            if (step instanceof Step.NotNow failed) {
                interrupted(failed.trouble());
                return;
            }
            if (step instanceof Step.Never failed) {
                over(failed.trouble().message());
                return;
            }
        }
        // What was asked took its time, and nothing was read meanwhile.
        heard();
        failures = 0;
        ear.changed(new State.Connected());
    }

    private void move(TwitchSocket socket, JsonObject message) {
        var address = Json.text(message, "payload", "session", "reconnect_url").flatMap(this::trusted);
        if (socket != current || next != null || address.isEmpty()) {
            return;
        }
        var moved = socket();
        next = moved;
        moved.open(sockets, address.get(), patience.answer());
    }

    /** An address as Twitch's own, and no less secure than the first one. */
    private java.util.Optional<URI> trusted(String text) {
        try {
            var address = URI.create(text);
            var host = address.getHost();
            var isOwn = host != null && (host.equals(eventSub.getHost()) || host.endsWith(".twitch.tv"));
            return isOwn && eventSub.getScheme().equals(address.getScheme())
                    ? java.util.Optional.of(address)
                    : java.util.Optional.empty();
        } catch (IllegalArgumentException notAnAddress) {
            return java.util.Optional.empty();
        }
    }

    private void revoked(JsonObject message) {
        var why = Json.text(message, "payload", "subscription", "status").orElse("unknown");
        switch (why) {
            case "authorization_revoked" -> {
                var sentence = "The permission to read the chat was taken back on Twitch; connect the account again.";
                helix.lost(sentence);
                over(sentence);
            }
            case "user_removed" -> over("Twitch knows this account no more; connect another one.");
            case "chat_user_banned" -> over("Twitch does not let this account read the chat.");
            default -> over("Twitch does not tell this chat any more (" + why.replaceAll("[^a-z_]", "?") + ").");
        }
    }

    @Override
    public Saying say(String text) {
        return isDone()
                ? new Saying.NotAllowed("The chat was left, or is over; nothing can be said there.")
                : helix.say(text);
    }

    @Override
    public void close() {
        closed = true;
        mailbox.postLast(this::closeSockets);
    }
}

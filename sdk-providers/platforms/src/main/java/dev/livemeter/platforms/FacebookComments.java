package dev.livemeter.platforms;

import dev.livemeter.LivemeterException;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.broadcast.chat.PlatformAuthor.Badge;
import dev.livemeter.platforms.http.Answer;
import dev.livemeter.platforms.http.Call;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat.Message;
import dev.livemeter.spi.CarriesChat.Saying;
import jakarta.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a chat asks of the Graph API about the comments of one live video. Blocks for at most some seconds. */
final class FacebookComments {

    /** Of them the newest; what came before those is not looked at again. */
    static final int WINDOW = 100;

    /** Facebook writes the offset without a colon. */
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxx");

    /** An application that may not see who wrote it gets no author. */
    private static final PlatformAuthor SOMEBODY = new PlatformAuthor("0", "Somebody", Set.of());

    private final PlatformHttp http;
    private final Endpoint api;
    private final AccountAccess access;
    private final String video;

    FacebookComments(PlatformHttp http, Endpoint api, AccountAccess access, String video) {
        this.http = http;
        this.api = api;
        this.access = access;
        this.video = video;
    }

    /** The newest comments, the newest first. */
    Answer newest() {
        var query = new LinkedHashMap<String, String>();
        query.put("fields", "id,from{id,name},message,created_time,is_hidden");
        query.put("order", "reverse_chronological");
        query.put("filter", "stream");
        query.put("live_filter", "no_filter");
        query.put("limit", String.valueOf(WINDOW));
        return send(Call.get("live_video.comments", api.at(path(), query)).with(Call.Need.ROUTINE));
    }

    /** Says something as the account. */
    Saying say(String text) {
        return send(Call.form("live_video.comments.create", api.at(path(), Map.of()), Map.of("message", text)))
                .fold(
                        done -> new Saying.Said(),
                        trouble -> trouble.code().equals("account.needs_authorization")
                                        || trouble.code().matches("(10|2[0-9][0-9]|190)(/.*)?")
                                ? new Saying.NotAllowed(trouble.message())
                                : new Saying.Refused(trouble));
    }

    private String path() {
        return "/" + video + "/comments";
    }

    private Answer send(Call call) {
        try {
            return http.send(call, access);
        } catch (LivemeterException account) {
            return new Answer.Failed(AccountTrouble.of(account));
        }
    }

    /** A comment as a message; empty where something that is needed lacks, or it is hidden. */
    Optional<Message> read(JsonObject comment) {
        var id = Json.text(comment, "id").filter(text -> text.matches("[0-9_A-Za-z-]{1,256}"));
        var at = Json.text(comment, "created_time").flatMap(FacebookComments::moment);
        if (id.isEmpty() || at.isEmpty() || Json.isTrue(comment, "is_hidden")) {
            return Optional.empty();
        }
        return Optional.of(new Message(
                id.get(), author(comment), Json.text(comment, "message").orElse(""), "", at.get()));
    }

    private PlatformAuthor author(JsonObject comment) {
        var id = Json.text(comment, "from", "id");
        var name = Json.text(comment, "from", "name");
        if (id.isEmpty()) {
            return SOMEBODY;
        }
        var isOwner = id.get().equals(access.account().identity().id());
        return new PlatformAuthor(
                id.get(), name.orElse(SOMEBODY.name()), isOwner ? Set.of(Badge.BROADCASTER) : Set.of());
    }

    private static Optional<Instant> moment(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text, MOMENT).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}

package dev.livemeter.platforms.facebook;

import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastIssue.Severity;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastReport;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.platforms.FacebookSettings;
import dev.livemeter.platforms.http.Answer;
import dev.livemeter.platforms.http.Call;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.HostsBroadcasts.Ending;
import dev.livemeter.spi.HostsBroadcasts.Look;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.spi.KeepsVideos.VideoLook;
import dev.livemeter.spi.PlatformTrouble;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From a plan to a live video, and on to what is left of it. On pages a live video has a label that names the plan by a hash, and that the page's managers alone can see: so a second call
 * finds what the first one made. On profiles Facebook has no labels.
 */
final class LiveVideos {

    private static final Duration UNTIL_LIVE = Duration.ofSeconds(5);
    private static final Duration SELDOM = Duration.ofMinutes(10);
    private static final URI SITE = URI.create("https://www.facebook.com/");

    /** Made, and not over. {@code LIVE_NOW} is how one is made; which of both words is read back, before and after the stream came, Facebook's reference leaves open. */
    private static final Set<String> OPEN = Set.of("UNPUBLISHED", "LIVE_NOW", "LIVE");

    private static final Set<String> OVER =
            Set.of("LIVE_STOPPED", "PROCESSING", "VOD", "SCHEDULED_CANCELED", "SCHEDULED_EXPIRED");

    private final FacebookSettings settings;
    private final PlatformHttp http;
    private final Graph graph;

    LiveVideos(FacebookSettings settings, PlatformHttp http, Graph graph) {
        this.settings = settings;
        this.http = http;
        this.graph = graph;
    }

    Opening open(BroadcastPlan plan, AccountAccess access) {
        var account = access.account();
        var owner = account.identity().id();
        if (!Graph.isId(owner)) {
            return new Opening.Failed(stranger());
        }
        var isPage = !account.scopes().contains(FacebookSettings.PROFILE);
        var privacy = plan.details().privacy();
        if (privacy == Privacy.UNLISTED || (isPage && privacy != Privacy.PUBLIC)) {
            return new Opening.Failed(new PlatformTrouble(
                    false,
                    null,
                    "privacy",
                    isPage
                            ? "What a Facebook page shows is seen by everybody; choose a public stream, or switch this destination off for it."
                            : "Facebook shows a video to everybody or to its owner alone, and has no links for those who know them;"
                                    + " choose a public or a private stream."));
        }
        try {
            var label = isPage ? label(plan) : "";
            var made = isPage ? made(owner, label, access) : null;
            if (made != null) {
                return opened(made, access);
            }
            return opened(ask(graph.create(owner, plan, label), access), access);
        } catch (Refused refused) {
            return new Opening.Failed(refused.trouble);
        }
    }

    /** What an earlier call made for the same plan. Where Facebook does not let the application list, nobody knows, and another one is made. */
    private @Nullable JsonObject made(String owner, String label, AccountAccess access) throws Refused {
        final JsonObject known;
        try {
            known = ask(graph.liveVideos(owner), access);
        } catch (Refused refused) {
            if (refused.trouble.retryable() || isAboutTheAccount(refused.trouble)) {
                throw refused;
            }
            return null;
        }
        return Json.objects(known, "data").stream()
                .filter(video -> OPEN.contains(status(video)) && labels(video).contains(label))
                .findFirst()
                .orElse(null);
    }

    private static boolean isAboutTheAccount(PlatformTrouble trouble) {
        return trouble.code().matches("(190|102)(/.*)?");
    }

    private static List<String> labels(JsonObject video) {
        return Json.object(video, "video")
                .map(inner -> inner.get("custom_labels"))
                .filter(JsonArray.class::isInstance)
                .map(labels -> ((JsonArray) labels)
                        .stream()
                                .filter(JsonString.class::isInstance)
                                .map(label -> ((JsonString) label).getString())
                                .toList())
                .orElse(List.of());
    }

    private static String label(BroadcastPlan plan) {
        try {
            var hash = MessageDigest.getInstance("SHA-256")
                    .digest((plan.session() + "\n" + plan.destination()).getBytes(StandardCharsets.UTF_8));
            return "livemeter-" + new BigInteger(1, Arrays.copyOf(hash, 16)).toString(36);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private Opening opened(JsonObject video, AccountAccess access) throws Refused {
        var id = Json.text(video, "id").filter(Graph::isId).orElseThrow(() -> new Refused(unreadable()));
        var target = Json.text(video, "secure_stream_url")
                .flatMap(LiveVideos::target)
                .orElseThrow(() -> new Refused(unreadable()));
        // Making one does not tell where it is seen. Without that it is opened all the same.
        var page = page(video)
                .or(() -> http.send(graph.page(id), access).fold(LiveVideos::page, trouble -> Optional.empty()))
                .orElse(null);
        return new Opening.Opened(new BroadcastRef(id, "", page), target);
    }

    /** Facebook gives one address; what comes after its last slash, query included, is the key. */
    static Optional<PushTarget> target(String address) {
        var query = address.indexOf('?');
        var slash = address.lastIndexOf('/', query < 0 ? address.length() : query);
        if (slash <= 0 || slash + 1 == address.length() || address.length() > 2000) {
            return Optional.empty();
        }
        try {
            var server = URI.create(address.substring(0, slash));
            var key = address.substring(slash + 1);
            return server.getHost() != null
                            && ("rtmps".equals(server.getScheme()) || "rtmp".equals(server.getScheme()))
                            && server.getRawPath().length() > 1
                            && key.matches("[\\x21-\\x7e]+")
                    ? Optional.of(new PushTarget(server, Secret.of(key)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Where people watch it; Facebook leaves out its own name. */
    private static Optional<URI> page(JsonObject video) {
        return Json.text(video, "video", "permalink_url")
                .or(() -> Json.text(video, "permalink_url"))
                .filter(text -> !text.isBlank() && text.length() <= 1000)
                .flatMap(text -> {
                    try {
                        return Optional.of(SITE.resolve(text));
                    } catch (IllegalArgumentException e) {
                        return Optional.empty();
                    }
                })
                .filter(uri -> "https".equals(uri.getScheme())
                        && uri.getHost() != null
                        && uri.getHost().matches("([a-z0-9-]+\\.)?facebook\\.com"));
    }

    Look advance(BroadcastRef ref, AccountAccess access) {
        try {
            var video = ask(graph.look(requireId(ref)), access);
            var status = status(video);
            if (OVER.contains(status)) {
                return seen(Phase.ENDED, errors(video), null);
            }
            var viewers = Json.number(video, "live_views").filter(count -> count >= 0);
            if (!hasBegun(video, status, viewers.orElse(0L))) {
                return seen(Phase.PREPARING, errors(video), null);
            }
            var issues = new ArrayList<>(health(video));
            issues.addAll(errors(video));
            return seen(Phase.LIVE, issues, viewers.orElse(null));
        } catch (Refused refused) {
            return isGone(refused)
                    ? seen(
                            Phase.ENDED,
                            List.of(new BroadcastIssue(
                                    Severity.ERROR,
                                    "liveVideoNotFound",
                                    "The live video is not at Facebook any more; somebody deleted it there.")),
                            null)
                    : new Look.Failed(refused.trouble);
        }
    }

    private static boolean hasBegun(JsonObject video, String status, long viewers) {
        return !status.equals("UNPUBLISHED")
                && OPEN.contains(status)
                && (Json.text(video, "broadcast_start_time").isPresent() || viewers > 0);
    }

    private Look seen(Phase phase, List<BroadcastIssue> issues, @Nullable Long viewers) {
        return new Look.Seen(
                new BroadcastReport(phase, issues, viewers),
                switch (phase) {
                    case PREPARING -> UNTIL_LIVE;
                    case LIVE -> settings.lookEvery();
                    case ENDED -> SELDOM;
                });
    }

    /** Of the stream that viewers get. A figure that is not told says nothing. */
    private static List<BroadcastIssue> health(JsonObject video) {
        var issues = new ArrayList<BroadcastIssue>();
        Json.objects(video, "ingest_streams").stream()
                .filter(stream -> Json.isTrue(stream, "is_master"))
                .findFirst()
                .flatMap(stream -> Json.object(stream, "stream_health"))
                .ifPresent(health -> {
                    if (isNothing(health, "video_bitrate")) {
                        issues.add(new BroadcastIssue(
                                Severity.ERROR,
                                "noVideo",
                                "Facebook gets no picture at present; it goes on as soon as the stream is back."));
                    } else if (isNothing(health, "audio_bitrate")) {
                        issues.add(new BroadcastIssue(
                                Severity.ERROR,
                                "noAudio",
                                "Facebook gets no sound, which it wants; check the encoder's audio source."));
                    }
                });
        return issues;
    }

    private static boolean isNothing(JsonObject health, String figure) {
        return Json.text(health, figure)
                .filter(text -> text.matches("0(\\.0+)?"))
                .isPresent();
    }

    /** What Facebook found wrong so far, each kind once. */
    private static List<BroadcastIssue> errors(JsonObject video) {
        return Json.objects(video, "errors", "data").stream()
                .map(error -> Json.text(error, "error_type")
                        .filter(text -> text.matches("[A-Za-z_]{1,60}"))
                        .or(() -> Json.number(error, "error_code").map(String::valueOf))
                        .orElse("unknown"))
                .distinct()
                .limit(20)
                .map(code -> new BroadcastIssue(
                        Severity.WARNING,
                        code,
                        "Facebook found something wrong with the stream (" + code + "); Live Producer tells more."))
                .toList();
    }

    Ending end(BroadcastRef ref, AccountAccess access) {
        try {
            var id = requireId(ref);
            var status = status(ask(graph.status(id), access));
            if (OVER.contains(status)) {
                return new Ending.Ended();
            }
            // One that nobody ever saw would stay among the page's drafts.
            ask(status.equals("UNPUBLISHED") ? graph.delete(id) : graph.end(id), access);
            return new Ending.Ended();
        } catch (Refused refused) {
            return isGone(refused) ? new Ending.Ended() : new Ending.Failed(refused.trouble);
        }
    }

    VideoLook video(BroadcastRef ref, AccountAccess access) {
        try {
            var video = ask(graph.recording(requireId(ref)), access);
            return status(video).equals("VOD")
                    ? page(video).<VideoLook>map(VideoLook.Found::new).orElseGet(VideoLook.NotYet::new)
                    : new VideoLook.NotYet();
        } catch (Refused refused) {
            return isGone(refused)
                    ? new VideoLook.None(
                            "The video is not at Facebook: the broadcast was never shown, or somebody deleted it there.")
                    : new VideoLook.Failed(refused.trouble);
        }
    }

    private static boolean isGone(Refused refused) {
        return GraphDialect.GONE.contains(refused.trouble.code());
    }

    private static String status(JsonObject video) {
        return Json.text(video, "status").orElse("");
    }

    private static String requireId(BroadcastRef ref) throws Refused {
        if (!Graph.isId(ref.id())) {
            throw new Refused(stranger());
        }
        return ref.id();
    }

    private JsonObject ask(Call call, AccountAccess access) throws Refused {
        var answer = http.send(call, access);
        if (answer instanceof Answer.Failed failed) {
            throw new Refused(failed.trouble());
        }
        return ((Answer.Ok) answer).json();
    }

    private static PlatformTrouble unreadable() {
        return new PlatformTrouble(
                true, null, "malformed", "Facebook answered without what was asked for; it is asked again later.");
    }

    private static PlatformTrouble stranger() {
        return new PlatformTrouble(
                false,
                null,
                "unknown_broadcast",
                "This broadcast or account does not belong to Facebook as this version of Livemeter knows it.");
    }

    /** Ends a sequence of requests at the first one that did not go well; never leaves this class. */
    private static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient PlatformTrouble trouble;

        private Refused(PlatformTrouble trouble) {
            super(trouble.code(), null, false, false);
            this.trouble = trouble;
        }
    }
}

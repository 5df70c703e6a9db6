package dev.livemeter.platforms.youtube;

import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastIssue.Severity;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastReport;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.platforms.YouTubeSettings;
import dev.livemeter.platforms.http.Answer;
import dev.livemeter.platforms.http.Call;
import dev.livemeter.platforms.http.Call.Need;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.HostsBroadcasts.Ending;
import dev.livemeter.spi.HostsBroadcasts.Look;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.spi.KeepsVideos.VideoLook;
import dev.livemeter.spi.PlatformTrouble;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From a plan to a broadcast that is live, and on to its end. A broadcast has a stream of its own, whose title is the plan's {@link Marker}: so that a second call finds what the
 * first one made, whose key dies with the broadcast, and which no other session of the channel pushes into.
 */
final class Broadcasts {

    /** YouTube wants a start in the future, and shows a broadcast earlier all the same. */
    private static final Duration AHEAD = Duration.ofSeconds(30);

    private static final Duration LEAST_AHEAD = Duration.ofSeconds(10);
    private static final int PAGES = 4;
    private static final List<String> MAKING =
            List.of("liveStreams.insert", "liveBroadcasts.insert", "liveBroadcasts.bind");
    private static final String HANDLE = "stream=";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,128}");

    private final PlatformHttp http;
    private final YouTubeCalls calls;
    private final YouTubeSettings settings;
    private final Pace pace;

    /** One for some accounts each. */
    private final List<Lock> opening =
            Stream.<Lock>generate(ReentrantLock::new).limit(16).toList();

    Broadcasts(PlatformHttp http, YouTubeCalls calls, YouTubeSettings settings, Pace pace) {
        this.http = http;
        this.calls = calls;
        this.settings = settings;
        this.pace = pace;
    }

    Opening open(BroadcastPlan plan, AccountAccess access) {
        // Of two plans with the same words one would take the other's broadcast, between its making and its bind, for
        // its own.
        var turn = opening.get(Math.floorMod(access.account().id().hashCode(), opening.size()));
        turn.lock();
        try {
            return openInTurn(plan, access);
        } finally {
            turn.unlock();
        }
    }

    private Opening openInTurn(BroadcastPlan plan, AccountAccess access) {
        try {
            var marker = Marker.of(plan);
            var known = known(access);
            var made = made(marker, known, access);
            if (made != null) {
                return opened(made.broadcast(), made.stream());
            }
            // All of it or nothing: half a broadcast would stay announced until there are units again.
            if (!http.budgets().quota().affords(MAKING)) {
                return new Opening.Failed(http.outOfUnits());
            }
            var stream = identified(ask(calls.insertStream(marker), access));
            var twin = known.stream()
                    .filter(broadcast -> unboundTwin(broadcast, plan))
                    .findFirst();
            var broadcast =
                    twin.isPresent() ? twin.get() : identified(ask(calls.insertBroadcast(plan, start(plan)), access));
            ask(calls.bind(id(broadcast), id(stream)), access);
            return opened(id(broadcast), stream);
        } catch (Refused refused) {
            return new Opening.Failed(refused.trouble);
        }
    }

    Look advance(BroadcastRef ref, AccountAccess access) {
        try {
            var need = pace.routine(ref.id()) ? Need.ROUTINE : Need.ESSENTIAL;
            var video = first(list(calls.video(ref.id(), need), access));
            if (video.isPresent()
                    && Json.text(video.get(), "liveStreamingDetails", "actualEndTime")
                            .isPresent()) {
                return seen(ref, new BroadcastReport(Phase.ENDED, List.of(), null));
            }
            var stream = first(list(calls.streams(List.of(streamId(ref)), need), access));
            var active = stream.flatMap(one -> Json.text(one, "status", "streamStatus"))
                    .filter("active"::equals)
                    .isPresent();
            var issues = new ArrayList<>(stream.map(Health::of).orElse(List.of()));
            if (video.isPresent()
                    && Json.text(video.get(), "liveStreamingDetails", "actualStartTime")
                            .isPresent()) {
                if (!active) {
                    issues.add(
                            0,
                            new BroadcastIssue(
                                    Severity.ERROR,
                                    "streamInactive",
                                    "YouTube gets no stream at present, and viewers see nothing new; it goes on as soon as the stream is back."));
                }
                return seen(
                        ref,
                        new BroadcastReport(
                                Phase.LIVE,
                                issues,
                                Json.number(video.get(), "liveStreamingDetails", "concurrentViewers")
                                        .orElse(null)));
            }
            if (video.isPresent() && !active) {
                return seen(ref, new BroadcastReport(Phase.PREPARING, issues, null));
            }
            return start(ref, active, issues, need, access);
        } catch (Refused refused) {
            return new Look.Failed(refused.trouble);
        }
    }

    /** Takes the step that is due for a broadcast that is not live yet, or cannot be found as a video. */
    private Look start(BroadcastRef ref, boolean active, List<BroadcastIssue> issues, Need need, AccountAccess access)
            throws Refused {
        var broadcast = first(list(calls.broadcast(ref.id()).with(need), access));
        if (broadcast.isEmpty()) {
            return seen(
                    ref,
                    new BroadcastReport(
                            Phase.ENDED,
                            List.of(new BroadcastIssue(
                                    Severity.ERROR,
                                    "liveBroadcastNotFound",
                                    "The broadcast is not at YouTube any more; somebody deleted it there.")),
                            null));
        }
        return switch (lifeCycle(broadcast.get())) {
            case "live" -> seen(ref, new BroadcastReport(Phase.LIVE, issues, null));
            case "complete", "revoked" -> seen(ref, new BroadcastReport(Phase.ENDED, issues, null));
            case "created" -> {
                issues.add(
                        0,
                        new BroadcastIssue(
                                Severity.ERROR,
                                "notBound",
                                "Somebody took the stream from the broadcast at YouTube; it cannot be shown. Stop the destination and start it again."));
                yield seen(ref, new BroadcastReport(Phase.PREPARING, issues, null));
            }
            case "ready", "testing" -> {
                if (active && (!settings.autoStart() || pace.autoStartFailed(ref.id()))) {
                    goLive(ref, need, access);
                }
                yield seen(ref, new BroadcastReport(Phase.PREPARING, issues, null));
            }
            default -> seen(ref, new BroadcastReport(Phase.PREPARING, issues, null)); // on its way
        };
    }

    private void goLive(BroadcastRef ref, Need need, AccountAccess access) throws Refused {
        try {
            ask(calls.transition(ref.id(), "live").with(need), access);
        } catch (Refused refused) {
            if (!refused.trouble.code().equals("redundantTransition")) {
                throw refused;
            }
        }
    }

    Ending end(BroadcastRef ref, AccountAccess access) {
        try {
            var broadcast = first(list(calls.broadcast(ref.id()), access));
            if (broadcast.isPresent()) {
                end(ref, lifeCycle(broadcast.get()), access);
            }
            pace.forget(ref.id());
            return new Ending.Ended();
        } catch (Refused refused) {
            if (refused.trouble.code().equals("redundantTransition")
                    || refused.trouble.code().equals("liveBroadcastNotFound")) {
                pace.forget(ref.id());
                return new Ending.Ended();
            }
            return new Ending.Failed(refused.trouble);
        }
    }

    private void end(BroadcastRef ref, String lifeCycle, AccountAccess access) throws Refused {
        switch (lifeCycle) {
            case "complete", "revoked" -> {}
            // Never shown: it would stay in the channel as announced for ever.
            case "created", "ready" -> ask(calls.deleteBroadcast(ref.id()), access);
            default -> ask(calls.transition(ref.id(), "complete"), access);
        }
    }

    VideoLook video(BroadcastRef ref, AccountAccess access) {
        try {
            var video = first(list(calls.video(ref.id(), Need.ROUTINE), access));
            if (video.isEmpty()) {
                return new VideoLook.None(
                        "The video is not at YouTube: the broadcast was never shown, or somebody deleted it there.");
            }
            if (Json.text(video.get(), "liveStreamingDetails", "actualEndTime").isEmpty()) {
                return new VideoLook.NotYet();
            }
            return switch (Json.text(video.get(), "status", "uploadStatus").orElse("")) {
                case "processed" -> new VideoLook.Found(page(ref.id()));
                case "failed" ->
                    new VideoLook.None("YouTube could not make a video of the broadcast"
                            + because(video.get(), "failureReason") + ".");
                case "rejected" ->
                    new VideoLook.None("YouTube does not show the video" + because(video.get(), "rejectionReason")
                            + "; YouTube Studio tells more.");
                case "deleted" -> new VideoLook.None("The video was deleted at YouTube.");
                default -> new VideoLook.NotYet();
            };
        } catch (Refused refused) {
            return new VideoLook.Failed(refused.trouble);
        }
    }

    private static String because(JsonObject video, String field) {
        return Json.text(video, "status", field)
                .filter(word -> word.matches("[A-Za-z]{1,60}"))
                .map(word -> " (" + word + ")")
                .orElse("");
    }

    /** The channel's broadcasts that are announced or running. */
    private List<JsonObject> known(AccountAccess access) throws Refused {
        var known = new ArrayList<JsonObject>();
        for (var status : List.of("upcoming", "active")) {
            var token = "";
            for (var page = 0; page < PAGES; page++) {
                var answer = list(calls.broadcasts(status, token), access);
                known.addAll(Json.objects(answer, "items"));
                token = Json.text(answer, "nextPageToken").orElse("");
                if (token.isEmpty()) {
                    break;
                }
            }
        }
        return known;
    }

    /** What an earlier call made for the same plan, in whole. */
    private @Nullable Made made(String marker, List<JsonObject> known, AccountAccess access) throws Refused {
        var byStream = new LinkedHashMap<String, String>();
        for (var broadcast : known) {
            Json.text(broadcast, "contentDetails", "boundStreamId")
                    .ifPresent(stream -> byStream.put(stream, id(broadcast)));
        }
        var ids = List.copyOf(byStream.keySet());
        for (var from = 0; from < ids.size(); from += 50) {
            var some = ids.subList(from, Math.min(from + 50, ids.size()));
            for (var stream : Json.objects(list(calls.streams(some, Need.ROUTINE), access), "items")) {
                if (marker.equals(Json.text(stream, "snippet", "title").orElse(""))) {
                    return new Made(made(byStream, stream), stream);
                }
            }
        }
        return null;
    }

    private static String made(Map<String, String> byStream, JsonObject stream) throws Refused {
        var broadcast = byStream.get(id(stream));
        if (broadcast == null) {
            throw new Refused(unreadable());
        }
        return broadcast;
    }

    /** Whether a broadcast is what an earlier call left without a stream: nobody else makes one of the same words for the same second. */
    private static boolean unboundTwin(JsonObject broadcast, BroadcastPlan plan) {
        return Json.text(broadcast, "contentDetails", "boundStreamId").isEmpty()
                && Json.text(broadcast, "snippet", "title")
                        .orElse("")
                        .equals(plan.details().title())
                && Json.text(broadcast, "snippet", "description")
                        .orElse("")
                        .equals(YouTubeCalls.description(plan.details()))
                && Json.text(broadcast, "snippet", "scheduledStartTime")
                        .flatMap(Broadcasts::moment)
                        .filter(planned(plan)::equals)
                        .isPresent();
    }

    private Instant start(BroadcastPlan plan) {
        var now = http.surroundings().time().instant();
        var planned = planned(plan);
        return planned.isAfter(now.plus(LEAST_AHEAD))
                ? planned
                : now.plus(AHEAD).truncatedTo(ChronoUnit.SECONDS);
    }

    private static Instant planned(BroadcastPlan plan) {
        return plan.at().plus(AHEAD).truncatedTo(ChronoUnit.SECONDS);
    }

    private static Optional<Instant> moment(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private Opening opened(String broadcast, JsonObject stream) throws Refused {
        var encrypted = Json.text(stream, "cdn", "ingestionInfo", "rtmpsIngestionAddress");
        var plain = Json.text(stream, "cdn", "ingestionInfo", "ingestionAddress");
        var server = (settings.encrypted() ? encrypted.or(() -> plain) : plain).flatMap(Broadcasts::rtmp);
        var key = Json.text(stream, "cdn", "ingestionInfo", "streamName");
        if (server.isEmpty() || key.isEmpty()) {
            throw new Refused(unreadable());
        }
        return new Opening.Opened(
                new BroadcastRef(broadcast, HANDLE + id(stream), page(broadcast)),
                new PushTarget(server.get(), Secret.of(key.get())));
    }

    private static Optional<URI> rtmp(String address) {
        try {
            return Optional.of(URI.create(address))
                    .filter(uri -> uri.getHost() != null
                            && ("rtmp".equals(uri.getScheme()) || "rtmps".equals(uri.getScheme())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Look seen(BroadcastRef ref, BroadcastReport report) {
        return new Look.Seen(report, pace.next(ref.id(), report.phase()));
    }

    private JsonObject ask(Call call, AccountAccess access) throws Refused {
        var answer = http.send(call, access);
        if (answer instanceof Answer.Failed failed) {
            throw new Refused(failed.trouble());
        }
        return ((Answer.Ok) answer).json();
    }

    /** A page of a list. One that does not say that it is empty is not taken for empty: what runs would be taken for ended. */
    private JsonObject list(Call call, AccountAccess access) throws Refused {
        var page = ask(call, access);
        if (!ListAnswer.isWhole(page)) {
            throw new Refused(unreadable());
        }
        return page;
    }

    private static JsonObject identified(JsonObject resource) throws Refused {
        if (!ID.matcher(id(resource)).matches()) {
            throw new Refused(unreadable());
        }
        return resource;
    }

    private static Optional<JsonObject> first(JsonObject page) {
        return Json.objects(page, "items").stream().findFirst();
    }

    private static String id(JsonObject resource) {
        return Json.text(resource, "id").orElse("");
    }

    private static String lifeCycle(JsonObject broadcast) {
        return Json.text(broadcast, "status", "lifeCycleStatus").orElse("");
    }

    private static String streamId(BroadcastRef ref) {
        return ref.handle().startsWith(HANDLE) ? ref.handle().substring(HANDLE.length()) : ref.handle();
    }

    private URI page(String broadcast) {
        return URI.create(settings.endpoints().watch() + "?v=" + URLEncoder.encode(broadcast, StandardCharsets.UTF_8));
    }

    private static PlatformTrouble unreadable() {
        return new PlatformTrouble(
                true, null, "malformed", "YouTube answered without what was asked for; it is asked again later.");
    }

    private record Made(String broadcast, JsonObject stream) {}

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

package dev.livemeter.platforms.youtube;

import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastIssue.Severity;
import dev.livemeter.platforms.http.Json;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What YouTube finds wrong with a stream, in sentences that an artist can act on. */
final class Health {

    private Health() {}

    /** The gravest first. */
    static List<BroadcastIssue> of(JsonObject stream) {
        var issues = new ArrayList<BroadcastIssue>();
        for (var issue : Json.objects(stream, "status", "healthStatus", "configurationIssues")) {
            var type = Json.text(issue, "type")
                    .filter(text -> text.matches("[A-Za-z]{1,60}"))
                    .orElse("unknown");
            issues.add(new BroadcastIssue(severity(Json.text(issue, "severity").orElse("")), type, sentence(type)));
        }
        issues.sort(Comparator.comparing(BroadcastIssue::severity).reversed().thenComparing(BroadcastIssue::code));
        return issues;
    }

    private static Severity severity(String word) {
        return switch (word) {
            case "error" -> Severity.ERROR;
            case "warning" -> Severity.WARNING;
            default -> Severity.NOTE;
        };
    }

    private static String sentence(String type) {
        return switch (type) {
            case "audioBitrateHigh" -> "The sound has a higher bitrate than YouTube recommends; set it to 128 kbit/s.";
            case "audioBitrateLow" -> "The sound has a lower bitrate than YouTube recommends; set it to 128 kbit/s.";
            case "audioCodec" -> "YouTube does not take this audio codec; use AAC.";
            case "audioSampleRate" -> "YouTube does not take this audio sample rate; use 44.1 or 48 kHz.";
            case "audioTooManyChannels" -> "The sound has more channels than YouTube takes; use stereo or 5.1.";
            case "multipleAudioStreams" -> "The stream has several sound tracks; send one.";
            case "noAudioStream" -> "The stream has no sound; check the encoder's audio source.";
            case "badContainer" -> "YouTube does not understand the container; send FLV over RTMP with H.264 and AAC.";
            case "bitrateHigh" -> "The stream has a higher bitrate than YouTube recommends for this picture; lower it.";
            case "bitrateLow" ->
                "The stream has a lower bitrate than YouTube recommends for this picture; raise it, or make the picture smaller.";
            case "frameRateHigh" -> "The stream has more than 60 frames a second; lower the frame rate.";
            case "gopSizeLong", "gopSizeOver" -> "Keyframes come too seldom; set the keyframe interval to 2 s.";
            case "gopSizeShort" -> "Keyframes come too often; set the keyframe interval to 2 s.";
            case "openGop" -> "The stream uses open GOPs; set the encoder to closed ones.";
            case "interlacedVideo" -> "The picture is interlaced; set the encoder to progressive.";
            case "multipleVideoStreams" -> "The stream has several pictures; send one.";
            case "noVideoStream" -> "The stream has no picture; check the encoder's video source.";
            case "videoCodec" -> "YouTube does not take this video codec; use H.264.";
            case "videoIngestionStarved" ->
                "YouTube does not get enough of the stream to show it smoothly; check the way up, or lower the bitrate.";
            case "videoIngestionFasterThanRealtime" ->
                "The stream comes faster than real time; let the encoder send at the speed of the picture.";
            case "videoResolutionSuboptimal" ->
                "The picture has a size that YouTube does not recommend; use 1920x1080 or 1280x720.";
            case "videoResolutionUnsupported" ->
                "YouTube does not take a picture of this size; use 1920x1080 or 1280x720.";
            default ->
                type.endsWith("Mismatch")
                        ? "The stream and its backup differ (" + type + "); send both with the same settings."
                        : "YouTube finds something wrong with the stream (" + type + "); YouTube Studio tells more.";
        };
    }
}

package dev.livemeter.platforms.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.client.util.DateTime;
import com.google.api.services.youtube.YouTube;
import com.google.api.services.youtube.model.CdnSettings;
import com.google.api.services.youtube.model.LiveBroadcast;
import com.google.api.services.youtube.model.LiveBroadcastContentDetails;
import com.google.api.services.youtube.model.LiveBroadcastSnippet;
import com.google.api.services.youtube.model.LiveBroadcastStatus;
import com.google.api.services.youtube.model.LiveStream;
import com.google.api.services.youtube.model.LiveStreamContentDetails;
import com.google.api.services.youtube.model.LiveStreamSnippet;
import com.google.api.services.youtube.model.MonitorStreamInfo;
import com.google.api.services.youtube.model.VideoLiveStreamingDetails;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.HostsBroadcasts.Look;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Google's own client against the stand-in: what it sends must be taken, what it gets it must understand. So the stand-in is as Google's client expects YouTube to be, and what
 * our client does against it means something.
 */
class OfficialClientTest {

    private final YouTubeFixture fixture = new YouTubeFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void goesTheWayOfABroadcast() throws Exception {
        var google = google(fixture.tokens(fixture.alice).access());
        var channel = google.channels()
                .list(List.of("id", "snippet"))
                .setMine(true)
                .execute()
                .getItems()
                .get(0);
        assertThat(channel.getId()).isEqualTo("UC-alice");
        assertThat(channel.getSnippet().getTitle()).isEqualTo("Alice's channel");

        var broadcast = google.liveBroadcasts()
                .insert(List.of("snippet", "status", "contentDetails"), broadcast())
                .execute();
        assertThat(broadcast.getStatus().getLifeCycleStatus()).isEqualTo("created");
        var stream = google.liveStreams()
                .insert(List.of("snippet", "cdn", "contentDetails", "status"), stream(true))
                .execute();
        var ingest = stream.getCdn().getIngestionInfo();
        assertThat(ingest.getRtmpsIngestionAddress()).startsWith("rtmps://");
        var bound = google.liveBroadcasts()
                .bind(broadcast.getId(), List.of("id", "contentDetails", "status"))
                .setStreamId(stream.getId())
                .execute();
        assertThat(bound.getContentDetails().getBoundStreamId()).isEqualTo(stream.getId());
        assertThat(bound.getStatus().getLifeCycleStatus()).isEqualTo("ready");

        assertReason(() -> transition(google, broadcast, "live"), 403, "errorStreamInactive");
        fixture.server.receive(ingest.getStreamName());
        fixture.server.health(ingest.getStreamName(), "ok", "warning gopSizeLong long");
        var status = google.liveStreams()
                .list(List.of("status"))
                .setId(List.of(stream.getId()))
                .execute()
                .getItems()
                .get(0)
                .getStatus();
        assertThat(status.getStreamStatus()).isEqualTo("active");
        assertThat(status.getHealthStatus().getConfigurationIssues().get(0).getType())
                .isEqualTo("gopSizeLong");
        assertThat(transition(google, broadcast, "live").getStatus().getLifeCycleStatus())
                .isEqualTo("live");
        assertReason(() -> transition(google, broadcast, "live"), 403, "redundantTransition");

        fixture.server.viewers(broadcast.getId(), 17L);
        assertThat(details(google, broadcast).getConcurrentViewers()).isEqualTo(BigInteger.valueOf(17));
        assertThat(transition(google, broadcast, "complete").getStatus().getLifeCycleStatus())
                .isEqualTo("complete");
        assertThat(details(google, broadcast).getActualEndTime()).isNotNull();
        assertThat(google.liveBroadcasts()
                        .list(List.of("id"))
                        .setBroadcastStatus("completed")
                        .execute()
                        .getItems())
                .extracting(LiveBroadcast::getId)
                .containsExactly(broadcast.getId());
        google.liveStreams().delete(stream.getId()).execute();
        assertThat(fixture.server.streams()).isEmpty();
    }

    @Test
    void seesWhatOurClientMade() throws Exception {
        var access = fixture.access();
        var google = google(access.token());
        var opened = (Opening.Opened) fixture.youtube.open(fixture.plan("s-1"), access);
        var seen = google.liveBroadcasts()
                .list(List.of("snippet", "status", "contentDetails"))
                .setId(List.of(opened.broadcast().id()))
                .execute()
                .getItems()
                .get(0);
        assertThat(seen.getSnippet().getTitle()).isEqualTo("An evening of chess");
        assertThat(seen.getContentDetails().getEnableAutoStart()).isTrue();
        assertThat(seen.getContentDetails().getMonitorStream().getEnableMonitorStream())
                .isFalse();
        var stream = google.liveStreams()
                .list(List.of("cdn", "contentDetails"))
                .setId(List.of(seen.getContentDetails().getBoundStreamId()))
                .execute()
                .getItems()
                .get(0);
        assertThat(Secret.of(stream.getCdn().getIngestionInfo().getStreamName()))
                .isEqualTo(opened.target().key());
        assertThat(google.liveStreams()
                        .list(List.of("id"))
                        .setMine(true)
                        .execute()
                        .getItems())
                .isEmpty();
    }

    @Test
    void makesWhatOurClientEnds() throws Exception {
        var access = fixture.access();
        var google = google(access.token());
        var opened = (Opening.Opened) fixture.youtube.open(fixture.plan("s-1"), access);
        fixture.server.receive(opened.target().key().reveal());
        google.liveBroadcasts()
                .transition("complete", opened.broadcast().id(), List.of("status"))
                .execute();
        assertThat(((Look.Seen) fixture.youtube.advance(opened.broadcast(), access))
                        .report()
                        .phase())
                .isEqualTo(Phase.ENDED);
    }

    @Test
    void isRefusedWhatTheContractDoesNotHave() {
        var google = google(fixture.tokens(fixture.alice).access());
        assertReason(
                () -> google.liveBroadcasts()
                        .insert(List.of("snippet", "status"), broadcast().set("surprise", true))
                        .execute(),
                400,
                "invalid");
        assertReason(
                () -> google.liveBroadcasts()
                        .insert(List.of("snippet"), broadcast())
                        .execute(),
                400,
                "unexpectedPart");
        assertReason(
                () -> google.liveBroadcasts()
                        .list(List.of("snippet", "shoes"))
                        .setMine(true)
                        .execute(),
                400,
                "unknownPart");
        var untitled = broadcast();
        untitled.getSnippet().setTitle(null);
        assertReason(
                () -> google.liveBroadcasts()
                        .insert(List.of("snippet", "status", "contentDetails"), untitled)
                        .execute(),
                400,
                "titleRequired");
        var late = broadcast();
        late.getSnippet().setScheduledStartTime(new DateTime(0));
        assertReason(
                () -> google.liveBroadcasts()
                        .insert(List.of("snippet", "status", "contentDetails"), late)
                        .execute(),
                400,
                "invalidScheduledStartTime");
        assertReason(() -> google.liveBroadcasts().delete("nothing").execute(), 404, "liveBroadcastNotFound");
        assertReason(
                () -> google(Secret.of("ya29.made-up"))
                        .channels()
                        .list(List.of("id"))
                        .setMine(true)
                        .execute(),
                401,
                "authError");
    }

    private static LiveBroadcast transition(YouTube google, LiveBroadcast broadcast, String to) throws IOException {
        return google.liveBroadcasts()
                .transition(to, broadcast.getId(), List.of("id", "status"))
                .execute();
    }

    private static VideoLiveStreamingDetails details(YouTube google, LiveBroadcast broadcast) throws IOException {
        return google.videos()
                .list(List.of("liveStreamingDetails"))
                .setId(List.of(broadcast.getId()))
                .execute()
                .getItems()
                .get(0)
                .getLiveStreamingDetails();
    }

    private LiveBroadcast broadcast() {
        return new LiveBroadcast()
                .setSnippet(new LiveBroadcastSnippet()
                        .setTitle("By Google's client")
                        .setScheduledStartTime(new DateTime(
                                fixture.time.instant().plusSeconds(60).toEpochMilli())))
                .setStatus(new LiveBroadcastStatus().setPrivacyStatus("public").setSelfDeclaredMadeForKids(false))
                .setContentDetails(new LiveBroadcastContentDetails()
                        .setMonitorStream(new MonitorStreamInfo().setEnableMonitorStream(false)));
    }

    private static LiveStream stream(boolean reusable) {
        return new LiveStream()
                .setSnippet(new LiveStreamSnippet().setTitle("By Google's client"))
                .setCdn(new CdnSettings()
                        .setIngestionType("rtmp")
                        .setResolution("variable")
                        .setFrameRate("variable"))
                .setContentDetails(new LiveStreamContentDetails().setIsReusable(reusable));
    }

    private YouTube google(Secret token) {
        return new YouTube.Builder(
                        new NetHttpTransport(),
                        GsonFactory.getDefaultInstance(),
                        request -> request.getHeaders().setAuthorization("Bearer " + token.reveal()))
                .setApplicationName("Livemeter's tests")
                .setRootUrl(fixture.server.root().toString())
                .build();
    }

    private static void assertReason(Request request, int status, String reason) {
        assertThatThrownBy(request::send).isInstanceOfSatisfying(GoogleJsonResponseException.class, refused -> {
            assertThat(refused.getStatusCode()).isEqualTo(status);
            assertThat(refused.getDetails().getErrors().get(0).getReason()).isEqualTo(reason);
        });
    }

    @FunctionalInterface
    private interface Request {

        void send() throws Exception;
    }
}

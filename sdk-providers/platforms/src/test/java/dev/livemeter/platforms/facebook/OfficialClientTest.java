package dev.livemeter.platforms.facebook;

import static org.assertj.core.api.Assertions.assertThat;

import com.facebook.ads.sdk.APIContext;
import com.facebook.ads.sdk.Comment;
import com.facebook.ads.sdk.LiveVideo;
import com.facebook.ads.sdk.Page;
import com.facebook.ads.sdk.User;
import com.google.common.util.concurrent.ListenableFuture;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.standin.facebook.FacebookServer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Meta's own client against the stand-in: what it sends must be taken, what it gets it must understand. It sends forms of several parts and its token among them. Its blocking calls want HTTPS; the
 * others do not.
 */
class OfficialClientTest {

    private final FacebookFixture fixture = new FacebookFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private APIContext as(String token) {
        return as(token, FacebookServer.APP_SECRET);
    }

    private APIContext as(String token, String secret) {
        var root = fixture.server.root().toString();
        return new APIContext(root, root, FacebookServer.VERSION, token, secret, FacebookServer.APP_ID, false);
    }

    private static <T> T got(ListenableFuture<T> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS);
    }

    @Test
    void findsThePagesOfAPerson() throws Exception {
        var connected = fixture.connected(fixture.chess, fixture.music);
        var person = Permit.of(connected.tokens()).orElseThrow().person().reveal();

        var pages = got(new User("me", as(person))
                .getAccounts()
                .requestIdField()
                .requestNameField()
                .requestAccessTokenField()
                .executeAsync());

        assertThat(pages).extracting(Page::getFieldId).containsExactly("5001", "5002");
        assertThat(pages).extracting(Page::getFieldName).containsExactly("Alice plays chess", "Alice's band");
        assertThat(pages.get(0).getFieldAccessToken())
                .isEqualTo(connected.tokens().access().reveal());
    }

    @Test
    void goesTheWayOfALiveVideo() throws Exception {
        var context = as(fixture.access().token().reveal());
        var made = got(new Page("5001", context)
                .createLiveVideo()
                .setStatus(LiveVideo.EnumStatus.VALUE_LIVE_NOW)
                .setTitle("Chess & tea \ud83d\ude00")
                .setDescription("Two\nlines")
                .setCustomLabels(List.of("a-label"))
                .setStopOnDeleteStream(false)
                .executeAsync());
        var id = made.getId();

        var first = look(context, id);
        assertThat(first.getFieldStatus()).isEqualTo("LIVE_NOW");
        assertThat(first.getFieldTitle()).isEqualTo("Chess & tea \ud83d\ude00");
        assertThat(first.getFieldBroadcastStartTime()).isNull();
        assertThat(first.getFieldSecureStreamUrl()).startsWith("rtmps://").contains("/rtmp/FB-");
        assertThat(first.getFieldVideo().getFieldCustomLabels()).containsExactly("a-label");

        fixture.server.receive(fixture.server.key(id));
        fixture.server.viewers(id, 17);
        var live = look(context, id);
        assertThat(live.getFieldStatus()).isEqualTo("LIVE");
        assertThat(live.getFieldLiveViews()).isEqualTo(17);
        assertThat(live.getFieldBroadcastStartTime()).isNotEmpty();
        assertThat(live.getFieldIngestStreams()).hasSize(1);
        assertThat(live.getFieldIngestStreams().get(0).getFieldIsMaster()).isTrue();

        fixture.server.says(id, "c-1", "4711", "fan", "hello");
        var comments = got(new LiveVideo(id, context)
                .getComments()
                .setOrder(Comment.EnumOrder.VALUE_REVERSE_CHRONOLOGICAL)
                .setFilter(Comment.EnumFilter.VALUE_STREAM)
                .setLiveFilter(Comment.EnumLiveFilter.VALUE_NO_FILTER)
                .requestMessageField()
                .requestCreatedTimeField()
                .executeAsync());
        assertThat(comments).extracting(Comment::getFieldMessage).containsExactly("hello");

        got(new LiveVideo(id, context).update().setEndLiveVideo(true).executeAsync());
        assertThat(look(context, id).getFieldStatus()).isEqualTo("PROCESSING");
        got(new LiveVideo(id, context).delete().executeAsync());
        assertThat(fixture.server.videos()).isEmpty();
    }

    private static LiveVideo look(APIContext context, String id) throws Exception {
        return got(new LiveVideo(id, context)
                .get()
                .requestStatusField()
                .requestTitleField()
                .requestLiveViewsField()
                .requestBroadcastStartTimeField()
                .requestSecureStreamUrlField()
                .requestIngestStreamsField()
                .requestVideoField()
                .executeAsync());
    }

    @Test
    void seesWhatOurClientMade() throws Exception {
        var access = fixture.access();
        var ref = FacebookFixture.opened(fixture.facebook.open(fixture.plan("1"), access))
                .broadcast();
        var context = as(access.token().reveal());

        var listed = got(new Page("5001", context)
                .getLiveVideos()
                .requestIdField()
                .requestStatusField()
                .requestPermalinkUrlField()
                .executeAsync());
        assertThat(listed).extracting(LiveVideo::getId).containsExactly(ref.id());
        assertThat(String.valueOf(ref.page())).endsWith(listed.get(0).getFieldPermalinkUrl());

        fixture.server.receive(fixture.server.key(ref.id()));
        got(new LiveVideo(ref.id(), context).update().setEndLiveVideo(true).executeAsync());
        assertThat(FacebookFixture.seen(fixture.facebook.advance(ref, access))
                        .report()
                        .phase())
                .isEqualTo(Phase.ENDED);
    }

    /** Of those of its calls that go without HTTPS, it hands on what came. */
    @Test
    void getsRefusalsAsTheyAre() throws Exception {
        var token = fixture.access().token().reveal();
        assertThat(look(as(token), "999").getRawResponse()).contains("\"code\":100", "\"error_subcode\":33");
        assertThat(look(as("EAAnone"), "999").getRawResponse()).contains("\"code\":190");
        assertThat(look(as(token, "another secret"), "999").getRawResponse()).contains("Invalid appsecret_proof");
    }
}

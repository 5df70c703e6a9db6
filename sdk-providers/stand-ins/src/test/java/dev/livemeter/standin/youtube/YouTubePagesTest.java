package dev.livemeter.standin.youtube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.standin.Browser;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a person sees and does at the stand-in for YouTube. */
class YouTubePagesTest {

    private static final String VERIFIER = "verifier-of-43-characters-or-more-0123456789-abc";

    private final YouTubeTestBed bed = new YouTubeTestBed();
    private final Browser browser = bed.browser;

    @AfterEach
    void close() {
        bed.close();
    }

    private static String challenge() throws Exception {
        var digest = MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }

    @Test
    void thePageSaysWhatItIsAndWhoAsksForWhat() throws Exception {
        bed.server.person("bob", "Bob");
        var page = browser.get(bed.page(challenge()));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains(
                        "Stand-in for YouTube. Not YouTube.",
                        YouTubeServer.CLIENT_ID,
                        YouTubeTestBed.YOUTUBE,
                        "alice (Alice&#39;s &lt;channel&gt;)",
                        "bob (Bob)",
                        "<html lang=\"en\">")
                .doesNotContain("<channel>");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .get()
                .asString()
                .startsWith("default-src 'none'");
    }

    @Test
    void allowLeadsBackWithACodeThatIsGoodForTokens() throws Exception {
        bed.server.person("bob", "Bob");
        var back = browser.answer(bed.page(challenge()), "bob", "allow");
        assertThat(back.toString()).startsWith(YouTubeTestBed.REDIRECT + "?");
        assertThat(Browser.query(back)).containsEntry("state", "state-0123456789");
        var answer = browser.post(
                bed.server.token(),
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        Browser.query(back).get("code"),
                        "redirect_uri",
                        YouTubeTestBed.REDIRECT.toString(),
                        "code_verifier",
                        VERIFIER,
                        "client_id",
                        YouTubeServer.CLIENT_ID,
                        "client_secret",
                        YouTubeServer.CLIENT_SECRET));
        bed.token = YouTubeTestBed.json(answer).getString("access_token");
        assertThat(bed.get("/channels?part=snippet&mine=true").body()).contains("\"Bob\"");
    }

    @Test
    void denyLeadsBackWithAnError() throws Exception {
        var back = browser.answer(bed.page(challenge()), "alice", "deny");
        assertThat(Browser.query(back))
                .containsEntry("error", "access_denied")
                .containsEntry("state", "state-0123456789")
                .doesNotContainKey("code");
        assertThat(bed.server.deny(bed.page(challenge()))).isEqualTo(back);
    }

    @Test
    void aPageThatGoogleWouldRefuseLeadsNowhere() throws Exception {
        var page = bed.page(challenge()).toString();
        for (var wrong : new String[] {
            page.replace("S256", "plain"),
            page.replace("8080", "8081"),
            page + "&shoe=1",
            page.replace("auth/youtube", "auth/drive"),
            page.replace(YouTubeServer.CLIENT_ID, "somebody"),
            page + "&state=twice-0123456789"
        }) {
            var answer = browser.get(URI.create(wrong));
            assertThat(answer.statusCode()).as(wrong).isBetween(400, 401);
            assertThat(answer.body()).contains("Google would refuse this").doesNotContain("<form");
        }
    }

    @Test
    void aDeviceIsAllowedOnItsPage() {
        var device = YouTubeTestBed.json(browser.post(
                bed.server.devices(), Map.of("client_id", YouTubeServer.CLIENT_ID, "scope", YouTubeTestBed.YOUTUBE)));
        var page = URI.create(device.getString("verification_url"));
        assertThat(browser.get(page).body()).contains("Stand-in for YouTube. Not YouTube.", "user_code");
        var form = new HashMap<>(Map.of("user_code", "wrong", "account", "alice", "answer", "allow"));
        assertThat(browser.post(page, form).statusCode()).isEqualTo(400);
        form.put("user_code", device.getString("user_code"));
        assertThat(browser.post(page, form).body()).contains("Allowed. You may go back to your device.");
        var tokens = browser.post(
                bed.server.token(),
                Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "device_code",
                        device.getString("device_code"),
                        "client_id",
                        YouTubeServer.CLIENT_ID,
                        "client_secret",
                        YouTubeServer.CLIENT_SECRET));
        assertThat(YouTubeTestBed.json(tokens)).containsKey("access_token");
    }

    @Test
    void aPersonPlaysTheAudience() {
        var broadcast = bed.server.announce(bed.alice, "Chess & tea");
        var page = bed.server.watch(broadcast);
        assertThat(browser.get(page).body())
                .contains("<h1>Chess &amp; tea</h1>", "not live yet", "not counted")
                .doesNotContain("<script");
        bed.server.phase(broadcast, "live");
        assertThat(browser.post(
                                page,
                                Map.of("answer", "say", "author", "<b>Ann</b>", "text", "<script>alert(1)</script>"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(browser.post(page, Map.of("answer", "watch", "viewers", "42"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(browser.get(URI.create(page + "&chat=1")).body())
                .contains("&lt;b&gt;Ann&lt;/b&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;")
                .doesNotContain("<script", "<b>");
        assertThat(browser.get(page).body()).contains(">42<", "live, but no media come");
        assertThat(bed.get("/videos?part=liveStreamingDetails&id=" + broadcast).body())
                .contains("\"concurrentViewers\":\"42\"");
        assertThat(bed.get("/liveChat/messages?part=snippet&liveChatId="
                                + bed.server.chat(broadcast).id())
                        .body())
                .contains("<script>alert(1)</script>");
    }

    @Test
    void anAudienceThatFillsInNonsenseIsToldSo() {
        var broadcast = bed.server.announce(bed.alice, "Chess");
        var page = bed.server.watch(broadcast);
        for (var fields : List.of(
                Map.of("answer", "say", "author", "Ann", "text", " "),
                Map.of("answer", "say", "author", "Ann", "text", "x".repeat(201)),
                Map.of("answer", "watch", "viewers", "-1"),
                Map.of("answer", "watch", "viewers", "many"),
                Map.of("answer", "dance"))) {
            assertThat(browser.post(page, fields).statusCode())
                    .as(fields.toString())
                    .isEqualTo(400);
        }
        bed.server.chat(broadcast).end();
        assertThat(browser.post(page, Map.of("answer", "say", "author", "Ann", "text", "hi"))
                        .body())
                .contains("This chat is over");
        assertThat(browser.get(bed.server.watch("none")).statusCode()).isEqualTo(404);
        assertThat(browser.get(bed.server.root()).body()).contains("/watch?v=" + broadcast);
    }
}

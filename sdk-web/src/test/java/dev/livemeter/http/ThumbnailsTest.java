package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.session.SessionId;
import dev.livemeter.spi.ThumbnailStore;
import dev.livemeter.thumbnail.Thumbnail;
import dev.livemeter.thumbnail.ThumbnailContent;
import dev.livemeter.thumbnail.ThumbnailContent.Missing;
import dev.livemeter.thumbnail.ThumbnailContent.Picture;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stream looked like, for whom the history is. */
class ThumbnailsTest {

    private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, 1, 2, 3, (byte) 0xFF, (byte) 0xD9};

    private final Host host = new Host();
    private SessionId session;

    @BeforeEach
    void stream() {
        session = host.aliceStreamed(Duration.ofMinutes(3));
    }

    @AfterEach
    void close() {
        host.close();
    }

    private void save(ThumbnailContent content) {
        ThumbnailStore store = host.books.thumbnails().orElseThrow();
        store.save(new Thumbnail(session, host.time.instant(), content));
    }

    private String path() {
        return "/sessions/" + session + "/thumbnail";
    }

    private String inHistory() {
        return host.get("alice", "/sessions")
                .with(200)
                .getJsonArray("sessions")
                .getJsonObject(0)
                .get("thumbnail")
                .toString();
    }

    @Test
    void aPictureIsServedAsOneAndIsInTheHistory() {
        assertThat(inHistory()).isEqualTo("null");
        save(new Picture(JPEG));
        assertThat(inHistory())
                .isEqualTo("{\"picture\":\"sessions/" + session
                        + "/thumbnail\",\"link\":null,\"detail\":\"\",\"madeAt\":\"2026-01-01T12:03:00Z\"}");
        assertThat(host.get("alice", "/sessions/" + session)
                        .with(200)
                        .getJsonObject("session")
                        .getJsonObject("thumbnail")
                        .getString("picture"))
                .isEqualTo("sessions/" + session + "/thumbnail");
        var answer = host.get("alice", path());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().body().bytes()).isEqualTo(JPEG);
        assertThat(answer.response().headers())
                .containsEntry("Content-Type", "image/jpeg")
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("Cross-Origin-Resource-Policy", "same-origin");
    }

    @Test
    void whoDoesNotSeeTheStreamDoesNotSeeThePicture() {
        save(new Picture(JPEG));
        var unknown = "There is no such session of that user.";
        assertThat(host.get("bob", path()).problem(404, "session.unknown")).isEqualTo(unknown);
        assertThat(host.write("bob", "DELETE", path(), "").problem(404, "session.unknown"))
                .isEqualTo(unknown);
        assertThat(host.write("bob", "PUT", path(), "{\"link\":\"https://pictures.example/a.jpg\"}")
                        .problem(404, "session.unknown"))
                .isEqualTo(unknown);
        assertThat(host.write("guest", "DELETE", path(), "").problem(403, "auth.role"))
                .isEqualTo("Only broadcasters and administrators may change something here.");
        assertThat(host.get("root", path() + "?user=alice").status()).isEqualTo(200);
        assertThat(host.get("alice", path()).status()).isEqualTo(200);
    }

    @Test
    void aLinkIsToldAndNobodyIsSentThere() {
        save(new Picture(JPEG));
        host.write("alice", "PUT", path(), "{\"link\":\"https://pictures.example/a.jpg\"}")
                .with(200);
        assertThat(inHistory())
                .isEqualTo("{\"picture\":null,\"link\":\"https://pictures.example/a.jpg\",\"detail\":\"\","
                        + "\"madeAt\":\"2026-01-01T12:03:00Z\"}");
        assertThat(host.get("alice", path()).problem(404, "thumbnail.unknown"))
                .isEqualTo("There is no picture of the session " + session + ".");
        assertThat(host.write("alice", "DELETE", path(), "").status()).isEqualTo(204);
        assertThat(host.write("alice", "DELETE", path(), "").status()).isEqualTo(204);
        assertThat(inHistory()).isEqualTo("null");
    }

    @Test
    void anAddressThatIsNoneOfTheWebIsRefused() {
        for (var address : new String[] {"javascript:alert(1)", "https://", "a b", "https://user:pass@host.example/"}) {
            assertThat(host.write("alice", "PUT", path(), "{\"link\":\"" + address + "\"}")
                            .status())
                    .as(address)
                    .isEqualTo(422);
        }
        assertThat(inHistory()).isEqualTo("null");
    }

    @Test
    void whyThereIsNoneIsTold() {
        save(new Missing("There is no thumbnail, as the picture is HEVC."));
        assertThat(inHistory())
                .isEqualTo(
                        "{\"picture\":null,\"link\":null,\"detail\":\"There is no thumbnail, as the picture is HEVC.\","
                                + "\"madeAt\":\"2026-01-01T12:03:00Z\"}");
        assertThat(host.get("alice", path()).status()).isEqualTo(404);
    }
}

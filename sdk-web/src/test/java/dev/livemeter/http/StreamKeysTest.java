package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.secret.Secret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamKeysTest {

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void aKeyIsToldOnceAndWorks() {
        var told = host.write("alice", "POST", "/stream-keys", "").with(201);
        var key = told.getString("key");
        assertThat(key).startsWith("ec_live_alice_");
        assertThat(host.live.streamKeys().find(Secret.of(key))).isPresent();

        var list = host.get("alice", "/stream-keys");
        var listed = list.with(200).getJsonArray("streamKeys").getJsonObject(0);
        assertThat(listed.getString("id")).isEqualTo(told.getString("id"));
        assertThat(listed.getString("hint")).isEqualTo("····" + key.substring(key.length() - 4));
        assertThat(listed.getBoolean("good")).isTrue();
        assertThat(listed.getString("createdAt")).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(listed.isNull("revokedAt")).isTrue();
        assertThat(list.response().body().text()).doesNotContain(key);
    }

    @Test
    void rotationRefusesTheOldOnes() {
        var old = host.write("alice", "POST", "/stream-keys", "{}").with(201).getString("key");
        var fresh =
                host.write("alice", "POST", "/stream-keys/rotate", "").with(201).getString("key");
        assertThat(host.live.streamKeys().find(Secret.of(old))).isEmpty();
        assertThat(host.live.streamKeys().find(Secret.of(fresh))).isPresent();
    }

    @Test
    void aKeyIsRevokedByItsOwnerAlone() {
        var id = host.write("alice", "POST", "/stream-keys", "").with(201).getString("id");
        assertThat(host.write("bob", "DELETE", "/stream-keys/" + id, "").problem(404, "stream_key.unknown"))
                .isEqualTo("There is no such stream key of that user.");
        host.write("alice", "DELETE", "/stream-keys/" + id, "").with(204);
        assertThat(host.get("alice", "/stream-keys")
                        .with(200)
                        .getJsonArray("streamKeys")
                        .getJsonObject(0)
                        .getBoolean("good"))
                .isFalse();
    }

    @Test
    void nothingIsAskedForInABody() {
        assertThat(host.write("alice", "POST", "/stream-keys", "{\"name\":\"x\"}")
                        .problem(422, "request.unfit_field"))
                .isEqualTo("The field 'name' is not known here; none is expected.");
        assertThat(host.live.streamKeys().of("alice")).isEmpty();
    }
}

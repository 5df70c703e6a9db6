package dev.livemeter.turn;

import dev.livemeter.secret.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a browser's {@code RTCPeerConnection} is given as one of its {@code iceServers}.
 *
 * @param username null where the server asks for none
 * @param credential null where the server asks for none
 */
public record IceServer(
        List<IceUrl> urls,
        @Nullable String username,
        @Nullable Secret credential) {
    public IceServer {
        urls = List.copyOf(urls);
    }
}

package dev.livemeter.relay.nginx;

import dev.livemeter.session.StreamFormat;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A relay with a real nginx whose streams go to one platform, and what is seen of them. */
final class LookedAtRelay implements AutoCloseable {

    final ScriptedAuthority authority = new ScriptedAuthority();
    final ScriptedPictures pictures = new ScriptedPictures();
    final URI ingest;
    private final RtmpSink sink;
    private final NginxRelay relay;

    private LookedAtRelay(NginxRelay relay, boolean withPictures) throws IOException {
        this.relay = relay;
        sink = new RtmpSink();
        authority.pushes = request -> List.of(ScriptedAuthority.push(
                "p", sink.server("twitch"), request.streamKey().reveal()));
        if (withPictures) {
            relay.takePicturesFor(pictures);
        }
        ingest = relay.open(authority).url();
    }

    static LookedAtRelay open(Path directory) throws IOException {
        return new LookedAtRelay(NginxRelay.local(settings(directory).build()), false);
    }

    /** One whose streams pictures are wanted of. */
    static LookedAtRelay withPictures(Path directory, UnaryOperator<NginxRelayConfig.Builder> more) throws IOException {
        return new LookedAtRelay(
                NginxRelay.local(more.apply(settings(directory)).build()), true);
    }

    private static NginxRelayConfig.Builder settings(Path directory) {
        return NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(2)
                .heartbeat(Duration.ofSeconds(1))
                .allowPrivateDestinations(true)
                .workDirectory(directory);
    }

    FfmpegPublisher encoder(String key) {
        return new FfmpegPublisher(ingest.toString(), key).start();
    }

    FfmpegPublisher encoder(String key, List<String> video) {
        return new FfmpegPublisher(ingest.toString(), key, video).start();
    }

    /** What is seen of a stream; null as long as nothing is. */
    @Nullable
    StreamFormat format(String key) {
        var session = authority.session(key);
        return session == null ? null : authority.formats.get(session);
    }

    @Override
    public void close() throws IOException {
        relay.close();
        sink.close();
    }
}

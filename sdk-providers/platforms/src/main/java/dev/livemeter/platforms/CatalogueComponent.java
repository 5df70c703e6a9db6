package dev.livemeter.platforms;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.destination.PlatformGuide;
import dev.livemeter.destination.PlatformGuide.KeyLifetime;
import dev.livemeter.destination.PlatformGuide.Transport;
import dev.livemeter.destination.StreamLimits;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.rtmp.RtmpTester;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.StreamProvider;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Makes a platform of the catalogue; each value of its entry can be overridden by a setting, as platforms change theirs more often than we ours. */
abstract class CatalogueComponent implements ComponentProvider<StreamProvider> {

    private static final int MOST_KILOBITS = 1_000_000;

    private final CatalogueEntry standard;

    CatalogueComponent(CatalogueEntry standard) {
        this.standard = standard;
    }

    @Override
    public final Class<StreamProvider> type() {
        return StreamProvider.class;
    }

    @Override
    public final String name() {
        return standard.name();
    }

    @Override
    public StreamProvider create(ComponentConfig config) {
        var platform = keyed(config);
        config.check();
        return platform;
    }

    /** The platform as the settings have it; their faults are noted. */
    final RtmpPlatform keyed(ComponentConfig config) {
        var authorities = config.parsed(
                "test-ca", "the path of a file with certificates in PEM", file -> RtmpTester.trusting(Path.of(file)));
        return new RtmpPlatform(entry(config), authorities.orElse(RtmpTester.usual()));
    }

    /** The entry as the settings have it; their faults are noted. */
    private CatalogueEntry entry(ComponentConfig config) {
        var server = config.<URI>parsed("server", "an address such as rtmp://host/app", CatalogueComponent::rtmp);
        var moved = server.isPresent() ? standard.at(server.get()) : standard;
        return moved.with(guide(moved.guide(), config)).with(limits(moved.limits(), config));
    }

    private static PlatformGuide guide(PlatformGuide guide, ComponentConfig config) {
        return new PlatformGuide(
                config.choice("key-lifetime", KeyLifetime.class).orElse(guide.keyLifetime()),
                guide.serverChoice(),
                guide.server(),
                orNull(config.uri("backup-server"), guide.backup()),
                config.choice("transport", Transport.class).orElse(guide.transport()),
                config.text("where-the-key-is").orElse(guide.whereTheKeyIs()),
                orNull(config.uri("docs"), guide.docs()),
                guide.verifiedOn());
    }

    private static StreamLimits limits(StreamLimits limits, ComponentConfig config) {
        return new StreamLimits(
                bits(config, "limits.video-kbit", limits.videoBitsPerSecond()),
                bits(config, "limits.audio-kbit", limits.audioBitsPerSecond()),
                orNull(config.duration("limits.keyframe-interval"), limits.keyframeInterval()),
                orNull(config.integer("limits.height", 1, 16_384), limits.height()),
                orNull(config.integer("limits.frames-per-second", 1, 1000), limits.framesPerSecond()),
                limits.videoCodecs());
    }

    private static @Nullable Long bits(ComponentConfig config, String key, @Nullable Long standard) {
        var kilobits = config.integer(key, 1, MOST_KILOBITS);
        return kilobits.isPresent() ? Long.valueOf(kilobits.get() * 1000L) : standard;
    }

    private static <T> @Nullable T orNull(ComponentConfig.Setting<T> setting, @Nullable T standard) {
        return setting.isPresent() ? setting.get() : standard;
    }

    /** Where an API listens instead of where it usually does. */
    static URI endpoint(ComponentConfig config, String key, URI usual) {
        return config.parsed(
                        key,
                        "an https address, or a plain one on loopback",
                        text -> Endpoint.of(text).base())
                .orElse(usual);
    }

    private static URI rtmp(String text) {
        var uri = URI.create(text);
        var scheme = uri.getScheme();
        if (uri.getHost() == null || !("rtmp".equals(scheme) || "rtmps".equals(scheme))) {
            throw new IllegalArgumentException();
        }
        return uri;
    }
}

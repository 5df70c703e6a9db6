package dev.livemeter.studio;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.platforms.Catalogue;
import dev.livemeter.spi.StreamProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The platforms of the studio: all by stream key, and those by account that the operator's settings have a client id for, or that play it on this machine. */
final class StudioPlatforms {

    private static final Set<String> CLIENT_IDS =
            Set.of("livemeter.provider.youtube.client-id", "livemeter.provider.twitch.client-id");

    private final Map<String, String> settings;
    private final List<StreamProvider> played;
    private final @Nullable PlayedPlatforms playing;

    private StudioPlatforms(
            Map<String, String> settings, List<StreamProvider> played, @Nullable PlayedPlatforms playing) {
        this.settings = Map.copyOf(settings);
        this.played = List.copyOf(played);
        this.playing = playing;
    }

    /**
     * Those of the settings, where they have a client id of one; else some that are played on this machine.
     *
     * @param parts gets what has to be closed
     */
    static StudioPlatforms of(StudioOptions options, StudioAddress address, List<AutoCloseable> parts) {
        var file = options.settings();
        Map<String, String> settings = file == null ? Map.of() : read(file);
        if (settings.keySet().stream().anyMatch(CLIENT_IDS::contains)) {
            return new StudioPlatforms(settings, List.of(), null);
        }
        var playing = PlayedPlatforms.start(address.redirect());
        parts.add(0, playing);
        return new StudioPlatforms(settings, playing.providers(), playing);
    }

    /** All by stream key, but these, which are no real ones. */
    static StudioPlatforms played(StreamProvider... platforms) {
        return new StudioPlatforms(Map.of(), List.of(platforms), null);
    }

    private static Map<String, String> read(Path file) {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new LivemeterException(
                    "studio.settings",
                    "The settings in " + file + " cannot be read (" + e.getMessage()
                            + "); give a file of lines such as livemeter.provider.youtube.client-id=... with --settings.",
                    false,
                    e);
        }
        return properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, properties::getProperty));
    }

    /** Whether accounts are connected to platforms that are only played. */
    boolean arePlayed() {
        return !played.isEmpty();
    }

    /** What plays them; empty where they are real, or a test plays them. */
    Optional<PlayedPlatforms> playing() {
        return Optional.ofNullable(playing);
    }

    void prepare(Livemeter.Builder live) {
        played.forEach(live::provider);
        if (!settings.isEmpty()) {
            live.properties(settings).discover();
            return;
        }
        var names = played.stream().map(StreamProvider::name).toList();
        Catalogue.all().stream()
                .filter(provider -> !names.contains(provider.name()))
                .forEach(live::provider);
    }
}

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
import java.util.Properties;
import java.util.stream.Collectors;

/** The platforms of the studio: all by stream key, and those by account that the operator's settings have a client id for, or that play it on this machine. */
final class StudioPlatforms {

    private final Map<String, String> settings;
    private final List<StreamProvider> played;

    private StudioPlatforms(Map<String, String> settings, List<StreamProvider> played) {
        this.settings = Map.copyOf(settings);
        this.played = List.copyOf(played);
    }

    /** Those of the settings; without any, all by stream key. */
    static StudioPlatforms of(StudioOptions options) {
        var file = options.settings();
        return new StudioPlatforms(file == null ? Map.of() : read(file), List.of());
    }

    /** All by stream key, but these, which are no real ones. */
    static StudioPlatforms played(StreamProvider... platforms) {
        return new StudioPlatforms(Map.of(), List.of(platforms));
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

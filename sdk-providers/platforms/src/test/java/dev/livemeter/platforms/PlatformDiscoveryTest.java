package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.destination.Destination;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.StreamProvider.Preparation;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class PlatformDiscoveryTest {

    @Test
    @SuppressWarnings("rawtypes") // a ServiceLoader knows no type arguments
    void theServiceFileAndTheModuleListTheSameComponents() throws Exception {
        var classes = Path.of(YouTube.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        var provided =
                ModuleFinder.of(classes).find("dev.livemeter.platforms").orElseThrow().descriptor().provides().stream()
                        .flatMap(service -> service.providers().stream())
                        .toList();
        var found = ServiceLoader.load(ComponentProvider.class).stream()
                .map(provider -> provider.type().getName())
                .filter(name -> name.startsWith("dev.livemeter.platforms."))
                .toList();
        assertThat(found).containsExactlyInAnyOrderElementsOf(provided).hasSize(12);
    }

    @Test
    void addressesCanBeOverridden() {
        var config = new ComponentConfig("livemeter.provider.twitch", Map.of("server", "rtmp://fra.example/app"));
        var provider = new Twitch.Component().create(config);
        assertThat(List.of(provider.prepare(Destination.twitch("live_1_abc"))))
                .allSatisfy(prepared -> assertThat(
                                ((Preparation.Ready) prepared).target().server())
                        .isEqualTo(URI.create("rtmp://fra.example/app")));
    }
}

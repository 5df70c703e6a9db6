package dev.livemeter.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.destination.Destination;
import dev.livemeter.money.Tariff;
import dev.livemeter.secret.Secret;
import dev.livemeter.testing.InMemoryStorage;
import dev.livemeter.testing.InMemoryWallet;
import dev.livemeter.testing.ManualTime;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin as a third party ships it: a jar built from two classes and a service file, put beside the SDK, and nothing else. */
class ThirdPartyPluginTest {

    private static final String PROVIDER = """
            package com.acme.live;

            import dev.livemeter.config.ComponentConfig;
            import dev.livemeter.destination.Destination;
            import dev.livemeter.destination.PushTarget;
            import dev.livemeter.spi.ComponentProvider;
            import dev.livemeter.spi.StreamProvider;
            import java.net.URI;

            public final class %1$s implements ComponentProvider<StreamProvider> {
                public Class<StreamProvider> type() { return StreamProvider.class; }
                public String name() { return "acme"; }
                public StreamProvider create(ComponentConfig config) {
                    var server = config.uri("server").orElse(URI.create("rtmp://ingest.acme.example/live"));
                    config.check();
                    return new StreamProvider() {
                        public String name() { return "acme"; }
                        public String displayName() { return "Acme Live"; }
                        public Check check(Destination destination) { return new Check.Accepted(); }
                        public Preparation prepare(Destination destination) {
                            return new Preparation.Ready(new PushTarget(server, destination.requireKey()));
                        }
                    };
                }
            }
            """;

    @TempDir
    Path folder;

    private final ManualTime time = ManualTime.create();
    private Path jar;

    @BeforeEach
    void buildTheJar() throws IOException {
        jar = build("AcmeComponent");
    }

    @Test
    void isFoundByNameBesideTheSdk() throws Exception {
        try (var plugins = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                var live = livemeter().discover(plugins).build()) {
            live.destinations().add("alice", new Destination("acme", "Mine", null, Secret.of("abc")));
            assertThat(live.destinations().provider("acme").orElseThrow().displayName())
                    .isEqualTo("Acme Live");
            assertThat(live.destinations().provider("twitch"))
                    .as("ours are found as well")
                    .isPresent();
        }
    }

    @Test
    void readsItsOwnSettingsAndItsFaultsAreToldWithTheOthers() throws Exception {
        try (var plugins = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
            var settings = Map.of(
                    "livemeter.provider.acme.server", "nowhere",
                    "livemeter.provider.acme.colour", "red",
                    "livemeter.session.grace", "long");
            assertThatThrownBy(() ->
                            livemeter().properties(settings).discover(plugins).build())
                    .isInstanceOfSatisfying(
                            ConfigurationException.class,
                            e -> assertThat(e.faults())
                                    .containsExactlyInAnyOrder(
                                            "The setting livemeter.provider.acme.server is 'nowhere'; expected a URL with a scheme and a host.",
                                            "The setting livemeter.provider.acme.colour is not known here; known are server. Correct or remove it.",
                                            "The setting livemeter.session.grace is 'long'; expected a span of time such as 10s, 5m or 2h."));
        }
    }

    @Test
    void twoOfOneNameAreAFaultThatNamesBoth() throws Exception {
        var twin = build("AcmeTwin");
        try (var plugins =
                new URLClassLoader(new URL[] {jar.toUri().toURL(), twin.toUri().toURL()})) {
            assertThatThrownBy(() -> livemeter().discover(plugins).build())
                    .hasMessage(
                            "Two StreamProviders are called 'acme': com.acme.live.AcmeComponent and com.acme.live.AcmeTwin."
                                    + " Remove the jar of one of them.");
        }
    }

    private Livemeter.Builder livemeter() {
        return Livemeter.builder()
                .wallet(InMemoryWallet.create(time))
                .storage(InMemoryStorage.create())
                .relay(new NoRelay())
                .tariff(Tariff.perMinute("USD", "0.10"));
    }

    private Path build(String className) throws IOException {
        var home = Files.createDirectories(folder.resolve(className));
        var source = Files.writeString(home.resolve(className + ".java"), PROVIDER.formatted(className));
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var options = List.of("-d", home.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
            assertThat(compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(source))
                            .call())
                    .isTrue();
        }
        var made = home.resolve("plugin.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(made));
                var classes = Files.list(home.resolve("com/acme/live"))) {
            for (var file : classes.toList()) {
                write(out, "com/acme/live/" + file.getFileName(), Files.readAllBytes(file));
            }
            write(
                    out,
                    "META-INF/services/dev.livemeter.spi.ComponentProvider",
                    ("com.acme.live." + className).getBytes(StandardCharsets.UTF_8));
        }
        return made;
    }

    private static void write(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content);
        out.closeEntry();
    }
}

package com.example.lighthouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.money.Tariff;
import dev.livemeter.secret.Secret;
import dev.livemeter.testing.InMemoryStorage;
import dev.livemeter.testing.InMemoryWallet;
import dev.livemeter.testing.ManualTime;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin as a host gets it: a jar beside the SDK, and nothing else of it on the class path. */
class PluginJarTest {

    @TempDir
    Path folder;

    private Path classes;
    private Path jar;

    @BeforeEach
    void packTheJar() throws Exception {
        classes = Path.of(LighthouseComponent.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        jar = Files.isDirectory(classes) ? pack() : classes;
    }

    private Path pack() throws IOException {
        var made = folder.resolve("lighthouse.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(made));
                var files = Files.walk(classes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
        return made;
    }

    /** The SDK as the host has it, without this module's own classes. */
    private final class Host extends ClassLoader {

        Host() {
            super(PluginJarTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.example.lighthouse.")) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return Collections.enumeration(Collections.list(super.getResources(name)).stream()
                    .filter(found -> !found.getPath().contains(classes.toString()))
                    .toList());
        }
    }

    private static Livemeter.Builder livemeter() {
        return Livemeter.builder()
                .wallet(InMemoryWallet.create(ManualTime.create()))
                .storage(InMemoryStorage.create())
                .tariff(Tariff.perMinute("USD", "0.10"));
    }

    @Test
    void isFoundByItsName() throws Exception {
        try (var plugins = new URLClassLoader(new URL[] {jar.toUri().toURL()}, new Host());
                var live = livemeter()
                        .properties(Map.of("livemeter.provider.lighthouse.client-id", "client-1"))
                        .discover(plugins)
                        .build()) {
            var found = live.destinations().provider("lighthouse").orElseThrow();
            assertThat(found.displayName()).isEqualTo("Lighthouse");
            assertThat(found.getClass().getClassLoader()).isSameAs(plugins);
            live.destinations().add("alice", new Destination("lighthouse", "Mine", null, Secret.of("lh-abcdefgh")));
            assertThat(live.accounts().connectsDevices("lighthouse")).isFalse();
        }
    }

    @Test
    void peopleConnectTheirAccountsWhereTheHostAllowsAnAddress() throws Exception {
        try (var plugins = new URLClassLoader(new URL[] {jar.toUri().toURL()}, new Host());
                var live = livemeter()
                        .properties(Map.of(
                                "livemeter.provider.lighthouse.client-id", "client-1",
                                "livemeter.account.redirects", "https://host.example/connected"))
                        .discover(plugins)
                        .build()) {
            assertThat(live.accounts().begin("alice", "lighthouse", URI.create("https://host.example/connected")))
                    .hasHost("lighthouse.example")
                    .hasParameter("client_id", "client-1");
        }
    }

    @Test
    void isNotThereWithoutItsJar() {
        try (var live = livemeter().discover(new Host()).build()) {
            assertThat(live.destinations().provider("lighthouse")).isEmpty();
        }
    }
}

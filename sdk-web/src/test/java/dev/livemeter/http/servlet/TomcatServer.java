package dev.livemeter.http.servlet;

import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** A real Tomcat on a free port of this machine. */
public final class TomcatServer implements AutoCloseable {

    private static final Logger QUIET = Logger.getLogger("org.apache");

    private final Tomcat tomcat = new Tomcat();
    private final Path folder;

    private TomcatServer(Path folder) {
        this.folder = folder;
    }

    /** Starts one with these servlets, by what they are mapped to. */
    public static TomcatServer start(Map<String, HttpServlet> servlets) {
        QUIET.setLevel(Level.SEVERE);
        try {
            var server = new TomcatServer(Files.createTempDirectory("livemeter-tomcat"));
            server.run(new LinkedHashMap<>(servlets));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(Map<String, HttpServlet> servlets) throws LifecycleException {
        tomcat.setBaseDir(folder.toString());
        var connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        var context = tomcat.addContext("", folder.toString());
        servlets.forEach((mapping, servlet) -> {
            Tomcat.addServlet(context, mapping, servlet).setAsyncSupported(true);
            context.addServletMappingDecoded(mapping, mapping);
        });
        tomcat.start();
    }

    /** The port that it listens on. */
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    /** Stops it, with all that is connected. */
    public void stop() {
        try {
            tomcat.stop();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stop();
        try {
            tomcat.destroy();
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

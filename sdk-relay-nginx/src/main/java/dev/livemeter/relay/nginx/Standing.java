package dev.livemeter.relay.nginx;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the next process has to know of an nginx that outlives this one: its ports, its token, its ways to TLS servers. Kept beside its configuration, readable by the
 * same user alone.
 *
 * @param gate where its {@link Gate} is, and where that keeps answers
 * @param plainPort for encoders; 0 where they come by TLS alone
 * @param tlsPort for encoders; 0 where none come by TLS
 */
record Standing(
        String token,
        String run,
        int plainPort,
        int tlsPort,
        int anchor,
        int control,
        int callbacks,
        Gate.Place gate,
        int innerIngest,
        int names,
        List<TlsRoute> routes) {

    private static final Logger log = LoggerFactory.getLogger(Standing.class);
    private static final String FILE = "standing.properties";

    Standing {
        routes = List.copyOf(routes);
    }

    /** What was kept there; empty where there is nothing, or nothing that can be read. */
    static Optional<Standing> read(Path directory) {
        var file = directory.resolve(FILE);
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            var kept = new Properties();
            kept.load(new StringReader(Files.readString(file)));
            return Optional.of(new Standing(
                    text(kept, "token"),
                    text(kept, "run"),
                    number(kept, "plain-port"),
                    number(kept, "tls-port"),
                    number(kept, "anchor-port"),
                    number(kept, "control-port"),
                    number(kept, "callbacks-port"),
                    new Gate.Place(number(kept, "gate-port"), Path.of(text(kept, "gate-answers"))),
                    number(kept, "inner-ingest-port"),
                    number(kept, "names-port"),
                    routes(kept)));
        } catch (IOException | RuntimeException e) {
            log.warn(
                    "What was kept of an earlier nginx in {} cannot be read ({}); another one is started.",
                    file,
                    e.toString());
            return Optional.empty();
        }
    }

    /** Nothing is kept there any more. */
    static void forget(Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(FILE));
        } catch (IOException e) {
            log.debug("{} was not deleted: {}.", FILE, e.getMessage());
        }
    }

    void keepIn(WorkDirectory directory) {
        var kept = new Properties();
        kept.setProperty("token", token);
        kept.setProperty("run", run);
        kept.setProperty("plain-port", Integer.toString(plainPort));
        kept.setProperty("tls-port", Integer.toString(tlsPort));
        kept.setProperty("anchor-port", Integer.toString(anchor));
        kept.setProperty("control-port", Integer.toString(control));
        kept.setProperty("callbacks-port", Integer.toString(callbacks));
        kept.setProperty("gate-port", Integer.toString(gate.port()));
        kept.setProperty("gate-answers", gate.answers().toString());
        kept.setProperty("inner-ingest-port", Integer.toString(innerIngest));
        kept.setProperty("names-port", Integer.toString(names));
        for (var i = 0; i < routes.size(); i++) {
            var route = routes.get(i);
            kept.setProperty(
                    "route." + i,
                    route.port() + " " + route.host().name() + " "
                            + route.host().port());
        }
        var text = new StringWriter();
        try {
            kept.store(text, null);
        } catch (IOException cannotBe) {
            throw new IllegalStateException(cannotBe);
        }
        directory.write(directory.path().resolve(FILE), text.toString());
    }

    private static List<TlsRoute> routes(Properties kept) {
        var routes = new ArrayList<TlsRoute>();
        for (var line = kept.getProperty("route.0"); line != null; line = kept.getProperty("route." + routes.size())) {
            var parts = line.split(" ", 3);
            routes.add(new TlsRoute(new TlsHost(parts[1], Integer.parseInt(parts[2])), Integer.parseInt(parts[0])));
        }
        return routes;
    }

    private static String text(Properties kept, String name) {
        var text = kept.getProperty(name);
        if (text == null) {
            throw new IllegalArgumentException("'" + name + "' is missing");
        }
        return text;
    }

    private static int number(Properties kept, String name) {
        return Integer.parseInt(text(kept, name));
    }
}

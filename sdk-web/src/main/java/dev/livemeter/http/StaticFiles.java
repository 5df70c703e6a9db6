package dev.livemeter.http;

import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of a page, from a folder of the class path. Only plain names with a known ending are served, so that nothing outside the folder and no
 * class file can be asked for. Files are read once and kept. Thread-safe.
 *
 * <p>Browsers ask again each time ({@code no-cache}) and get an empty 304 while the file is the same. The page may load from its own
 * origin alone, and run no inline script.
 */
public final class StaticFiles implements WebHandler {

    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){1,8}");

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            // Declarations of types; a compiler reads them, no page runs them.
            Map.entry("ts", "text/plain; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("txt", "text/plain; charset=utf-8"));

    private static final Map<String, String> HEADERS = Map.of(
            "Cache-Control", "no-cache",
            "Content-Security-Policy",
                    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src"
                            + " 'none'",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Referrer-Policy", "same-origin",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY");

    private final ClassLoader loader;
    private final String folder;
    private final Map<String, File> files = new ConcurrentHashMap<>();

    /**
     * The files below a folder.
     *
     * @param folder such as {@code com/example/web}, without slashes at its ends
     */
    public StaticFiles(ClassLoader loader, String folder) {
        this.loader = loader;
        this.folder = folder;
    }

    /** The browser client, whose main module is then {@code livemeter.js} at the address of the mount. */
    public static StaticFiles browserClient() {
        return new StaticFiles(StaticFiles.class.getClassLoader(), "dev/livemeter/http/browser");
    }

    @Override
    public WebResponse handle(WebRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Problem.of(
                            405, "request.wrong_method", "This address does not take that method; it takes GET, HEAD.")
                    .with("Allow", "GET, HEAD")
                    .toResponse();
        }
        var path = request.path().endsWith("/") ? request.path() + "index.html" : request.path();
        return file(path)
                .map(file -> answer(file, request))
                .orElseGet(() -> Problem.of(404, "request.unknown_path", "There is nothing at this address.")
                        .toResponse());
    }

    private static WebResponse answer(File file, WebRequest request) {
        var known = request.header("if-none-match").orElse("");
        var response = known.contains(file.tag)
                ? WebResponse.empty(304)
                : new WebResponse(200, Map.of("Content-Type", file.type), file.content);
        for (var header : HEADERS.entrySet()) {
            response = response.with(header.getKey(), header.getValue());
        }
        return response.with("ETag", file.tag);
    }

    private Optional<File> file(String path) {
        var type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        if (type == null || !PATH.matcher(path).matches()) {
            return Optional.empty();
        }
        // What does not exist is not remembered: it has no bound.
        return Optional.ofNullable(files.computeIfAbsent(path, missing -> read(missing, type)));
    }

    private @Nullable File read(String path, String type) {
        try (var stream = loader.getResourceAsStream(folder + path)) {
            if (stream == null) {
                return null;
            }
            var bytes = stream.readAllBytes();
            return new File(type, tag(bytes), WebBody.of(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + folder + path + " cannot be read from the class path.", e);
        }
    }

    private static String tag(byte[] bytes) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + HexFormat.of().formatHex(hash, 0, 12) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256.", e);
        }
    }

    private record File(String type, String tag, WebBody content) {}
}

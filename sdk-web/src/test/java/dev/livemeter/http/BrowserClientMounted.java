package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Loads the browser client as a browser does: the main module, and whatever a module imports. */
public final class BrowserClientMounted {

    private static final Pattern IMPORT = Pattern.compile("(?:from|import) '(\\.[^']+)'");

    private BrowserClientMounted() {}

    /**
     * Fails unless all of it is there, as scripts.
     *
     * @param mount where it is mounted, with a slash at the end
     */
    public static void requireWhole(URI mount) throws IOException, InterruptedException {
        var http = HttpClient.newHttpClient();
        Set<URI> found = new TreeSet<>();
        var next = new ArrayDeque<URI>();
        next.add(mount.resolve("livemeter.js"));
        while (!next.isEmpty()) {
            var module = next.remove();
            if (found.add(module)) {
                var answer = http.send(HttpRequest.newBuilder(module).build(), BodyHandlers.ofString());
                assertThat(answer.statusCode()).as("%s", module).isEqualTo(200);
                assertThat(type(answer)).as("%s", module).isEqualTo("text/javascript");
                IMPORT.matcher(answer.body())
                        .results()
                        .map(imported -> module.resolve(imported.group(1)))
                        .forEach(next::add);
            }
        }
        assertThat(found)
                .contains(mount.resolve("calls.js"), mount.resolve("widget.js"), mount.resolve("components/call.js"));
        var types = http.send(
                HttpRequest.newBuilder(mount.resolve("livemeter.d.ts")).build(), BodyHandlers.ofString());
        assertThat(types.body()).contains("export class LivemeterClient");
        // Changed or not is asked each time, and answered without the file.
        var main =
                http.send(HttpRequest.newBuilder(mount.resolve("livemeter.js")).build(), BodyHandlers.ofString());
        var again = http.send(
                HttpRequest.newBuilder(mount.resolve("livemeter.js"))
                        .header(
                                "If-None-Match",
                                main.headers().firstValue("etag").orElseThrow())
                        .build(),
                BodyHandlers.ofString());
        assertThat(again.statusCode()).isEqualTo(304);
    }

    private static String type(HttpResponse<String> answer) {
        return answer.headers().firstValue("content-type").orElse("").split(";", 2)[0];
    }
}

package dev.livemeter.studio;

import dev.livemeter.Livemeter;
import dev.livemeter.http.Caller;
import dev.livemeter.http.jetty.WebServer;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.IdSource;
import dev.livemeter.time.TimeSource;
import jakarta.json.Json;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** The studio's page and API. Who knows the access code, which only the console shows, may come in. */
final class StudioWeb implements AutoCloseable {

    private final WebServer server;
    private final Secret code;

    private StudioWeb(WebServer server, Secret code) {
        this.server = server;
        this.code = code;
    }

    /**
     * Serves the page.
     *
     * @param port 0 for a free one
     */
    static StudioWeb start(Livemeter live, int port) {
        var code = Secret.of(IdSource.random().next());
        var signIn = new StudioSignIn(code, List.of(Caller.broadcaster(StudioApplication.ARTIST)), TimeSource.system());
        var server = WebServer.builder(live)
                .port(port)
                .authenticator(signIn)
                .handler("/studio", signIn)
                .files(StudioWeb.class.getClassLoader(), "dev/livemeter/studio/web")
                .start();
        return new StudioWeb(server, code);
    }

    /** The page's address with the access code behind the hash, which browsers keep to themselves. */
    String invitation() {
        return server.url() + "#code=" + code.reveal();
    }

    /** Signs in as a browser does and reads the status. */
    String readStatus(String user) throws IOException, InterruptedException {
        var browser = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        var credentials = Json.createObjectBuilder()
                .add("user", user)
                .add("code", code.reveal())
                .build()
                .toString();
        browser.send(
                request("studio/sign-in")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(credentials))
                        .build(),
                BodyHandlers.discarding());
        return browser.send(request("api/status").build(), BodyHandlers.ofString())
                .body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(Duration.ofSeconds(10));
    }

    @Override
    public void close() {
        server.close();
    }
}

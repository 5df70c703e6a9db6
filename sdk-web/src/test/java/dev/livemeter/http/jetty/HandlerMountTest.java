package dev.livemeter.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.http.BrowserClientMounted;
import dev.livemeter.http.Caller;
import dev.livemeter.http.LivemeterApi;
import dev.livemeter.http.StaticFiles;
import dev.livemeter.money.Tariff;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The REST interface and the browser client in a Jetty of the host, as docs/browser.md says it. */
@Timeout(180)
class HandlerMountTest {

    private final Livemeter live = Livemeter.builder()
            .wallet(InMemoryBooks.create(TimeSource.system()))
            .tariff(Tariff.perMinute("USD", "0.10"))
            .build();
    private final LivemeterApi api = LivemeterApi.builder(live)
            .authenticator(request -> request.header("x-test-user").map(Caller::broadcaster))
            .build();
    private final Server server = new Server();

    @BeforeEach
    void start() throws Exception {
        var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new ContextHandlerCollection(
                new ContextHandler(new HandlerMount(api), "/shop/api"),
                new ContextHandler(new HandlerMount(StaticFiles.browserClient()), "/shop/livemeter")));
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
        api.close();
        live.close();
    }

    private URI at(String path) {
        return server.getURI().resolve(path);
    }

    @Test
    void theBrowserClientIsLoadedWholeFromAJettyOfTheHost() throws Exception {
        BrowserClientMounted.requireWhole(at("/shop/livemeter/"));
    }

    @Test
    void theApiSeesThePathBehindItsContextAndBodiesHaveALimit() throws Exception {
        var http = HttpClient.newHttpClient();
        var wallet = http.send(
                HttpRequest.newBuilder(at("/shop/api/wallet"))
                        .header("X-Test-User", "bob")
                        .build(),
                BodyHandlers.ofString());
        assertThat(wallet.statusCode()).isEqualTo(200);
        assertThat(wallet.body()).startsWith("{\"wallet\":null,");
        var large = http.send(
                HttpRequest.newBuilder(at("/shop/api/destinations"))
                        .header("X-Test-User", "bob")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(" ".repeat(LivemeterApi.BODY_LIMIT + 1)))
                        .build(),
                BodyHandlers.ofString());
        assertThat(large.statusCode()).isEqualTo(413);
    }
}

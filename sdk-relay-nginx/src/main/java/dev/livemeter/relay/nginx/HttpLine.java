package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.NginxControl.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The way to the controls of an nginx on this machine. */
final class HttpLine implements NginxControl.Line {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final HttpClient client;
    private final int port;

    HttpLine(HttpClient client, int port) {
        this.client = client;
        this.port = port;
    }

    @Override
    public Reply ask(String path) throws IOException, InterruptedException {
        return reply(client.send(request(path), BodyHandlers.ofInputStream()));
    }

    @Override
    public CompletableFuture<Reply> askLater(String path) {
        return client.sendAsync(request(path), BodyHandlers.ofInputStream()).thenApply(HttpLine::reply);
    }

    private static Reply reply(HttpResponse<InputStream> answer) {
        return new Reply(answer.statusCode(), answer.body());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE)
                .build();
    }
}

package dev.livemeter.standin.youtube;

import dev.livemeter.standin.Browser;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Set;

/** A stand-in, somebody with a channel there, and an application that may act for them. */
final class YouTubeTestBed implements AutoCloseable {

    static final String YOUTUBE = "https://www.googleapis.com/auth/youtube";
    static final String READONLY = YOUTUBE + ".readonly";
    static final URI REDIRECT = URI.create("http://127.0.0.1:8080/accounts/youtube");

    final Browser browser = new Browser();
    volatile Instant now = Instant.parse("2026-11-22T12:00:00Z");
    final YouTubeServer server = YouTubeServer.start(() -> now);
    final Channel alice = server.person("alice", "Alice's <channel>");
    String token;

    YouTubeTestBed() {
        server.redirect(REDIRECT);
        token = server.token(alice, Set.of(YOUTUBE));
    }

    /** The page that an application sends people to. */
    URI page(String challenge) {
        return URI.create(server.page() + "?response_type=code&client_id=" + YouTubeServer.CLIENT_ID + "&redirect_uri="
                + REDIRECT + "&scope=" + YOUTUBE + "&state=state-0123456789&code_challenge=" + challenge
                + "&code_challenge_method=S256&access_type=offline&prompt=consent");
    }

    HttpResponse<String> get(String path) {
        return browser.send(request(path).build());
    }

    HttpResponse<String> post(String path, String body) {
        return send(request(path), BodyPublishers.ofString(body));
    }

    HttpResponse<String> send(HttpRequest.Builder request, BodyPublisher body) {
        return browser.send(request.POST(body).build());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    URI uri(String path) {
        return URI.create(server.api() + path);
    }

    static JsonObject json(HttpResponse<String> answer) {
        try (var reader = Json.createReader(new StringReader(answer.body()))) {
            return reader.readObject();
        }
    }

    /** The status, and the reason where there is one. */
    static String outcome(HttpResponse<String> answer) {
        if (answer.statusCode() < 400) {
            return Integer.toString(answer.statusCode());
        }
        var error = json(answer).getJsonObject("error");
        return answer.statusCode() + " "
                + error.getJsonArray("errors").getJsonObject(0).getString("reason");
    }

    @Override
    public void close() {
        server.close();
    }
}

package dev.livemeter.http.jetty;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A person at a browser, with either way to chat. */
record ChatClient(HttpClient http, URI server, String user, String channel) {

    private static final int PATIENCE_SECONDS = 60;

    private String path(String rest) {
        return "/api/chat/" + channel + rest;
    }

    HttpResponse<String> send(String method, String rest, String body) throws IOException, InterruptedException {
        return http.send(request(method, rest, body), BodyHandlers.ofString());
    }

    private HttpRequest request(String method, String rest, String body) {
        return HttpRequest.newBuilder(server.resolve(path(rest)))
                .header("Content-Type", "application/json")
                .header("X-Test-User", user)
                .method(method, BodyPublishers.ofString(body))
                .build();
    }

    CompletableFuture<JsonObject> pollLater(long after, int wait) {
        return http.sendAsync(request("GET", "/messages?after=" + after + "&wait=" + wait, ""), BodyHandlers.ofString())
                .thenApply(answer -> json(answer.body()));
    }

    JsonObject poll(long after, int wait) {
        return pollLater(after, wait)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    int post(String id, String text) throws IOException, InterruptedException {
        var body = Json.createObjectBuilder().add("id", id).add("text", text).build();
        return send("POST", "/messages", body.toString()).statusCode();
    }

    ChatLine open(long after) {
        return open(after, "X-Test-User", user);
    }

    /** Opens a socket; with a header, and offering protocols. */
    ChatLine open(long after, String header, String value, String... protocols) {
        return ChatLine.open(
                server, path("/socket?after=" + after), header + ": " + value, String.join(", ", protocols));
    }

    static JsonObject json(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}

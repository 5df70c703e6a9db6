package com.example.lighthouse;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands for Lighthouse on loopback, and is as strict: it takes each code and each refresh token once. The test plays the people. Thread-safe. */
final class LighthouseServer implements AutoCloseable {

    private final HttpServer http;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final Map<String, Map<String, String>> codes = new HashMap<>();
    private final Set<String> accesses = new HashSet<>();
    private final Map<String, String> refreshes = new HashMap<>();
    private final Map<String, Beam> beams = new LinkedHashMap<>();
    private final List<String> said = new ArrayList<>();
    private int serial;
    private int failures;

    private static final class Beam {
        private final String reference;
        private final List<Map<String, String>> chat = new ArrayList<>();
        private String state = "waiting";
        private String video = "";

        Beam(String reference) {
            this.reference = reference;
        }
    }

    private record Reply(int status, List<Map<String, String>> forms) {

        static Reply ok(Map<String, String> form) {
            return new Reply(200, List.of(form));
        }

        static Reply refused(int status, String error) {
            return new Reply(status, List.of(Map.of("error", error)));
        }
    }

    LighthouseServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/", this::handle);
        http.start();
    }

    URI site() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** A token that is taken, as of somebody who allowed it. */
    synchronized String token() {
        accesses.add("access-of-alice");
        return "access-of-alice";
    }

    /** Alice opens the page and allows it. */
    synchronized URI allow(URI page) {
        var query = read(page.getRawQuery());
        var code = "code-" + ++serial;
        codes.put(code, query);
        return URI.create(query.get("redirect_uri") + "?" + form(Map.of("code", code, "state", query.get("state"))));
    }

    synchronized void endAccess(String access) {
        accesses.remove(access);
    }

    /** Alice takes back what she allowed. */
    synchronized void withdraw() {
        accesses.clear();
        refreshes.clear();
    }

    synchronized boolean takes(String access) {
        return accesses.contains(access);
    }

    synchronized void state(String beam, String state) {
        beams.get(beam).state = state;
    }

    synchronized void video(String beam, String page) {
        beams.get(beam).video = page;
    }

    /** A beam that is shown. */
    synchronized String shown() {
        var id = "beam-" + ++serial;
        var beam = new Beam("the test's own");
        beam.state = "shown";
        beams.put(id, beam);
        return id;
    }

    synchronized void says(String beam, String id, PlatformAuthor author, String text) {
        event(
                beam,
                Map.of(
                        "event",
                        "said",
                        "id",
                        id,
                        "author",
                        author.id(),
                        "name",
                        author.name(),
                        "badge",
                        author.badges().contains(PlatformAuthor.Badge.MODERATOR) ? "moderator" : "",
                        "text",
                        text,
                        "at",
                        "2026-03-01T12:00:00Z"));
    }

    synchronized void event(String beam, Map<String, String> fields) {
        var chat = beams.get(beam).chat;
        var event = new HashMap<>(fields);
        event.put("number", String.valueOf(chat.size() + 1));
        chat.add(event);
    }

    /** The next question is answered with a trouble of its own. */
    synchronized void fail() {
        failures++;
    }

    synchronized List<String> said() {
        return List.copyOf(said);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var fields = read(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            var token = exchange.getRequestHeaders().getFirst("Authorization").replace("Bearer ", "");
            var reply = answer(exchange.getRequestURI().getPath(), fields, token);
            var body = String.join(
                            "\n",
                            reply.forms().stream().map(LighthouseServer::form).toList())
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private synchronized Reply answer(String path, Map<String, String> fields, String token) {
        if (failures > 0) {
            failures--;
            return Reply.refused(503, "in_trouble");
        }
        if (path.equals("/token")) {
            return grant(fields);
        }
        if (path.equals("/revoke")) {
            accesses.remove(fields.get("token"));
            return Reply.ok(Map.of());
        }
        if (!accesses.contains(token)) {
            return Reply.refused(401, "unauthorized");
        }
        if (path.equals("/beams")) {
            return open(fields);
        }
        var parts = path.split("/", -1);
        var beam = beams.get(parts[2]);
        return beam == null
                ? Reply.refused(404, "unknown_beam")
                : step(parts[2], beam, path.substring(("/beams/" + parts[2]).length()), fields);
    }

    private Reply grant(Map<String, String> fields) {
        if (fields.get("grant_type").equals("refresh_token")) {
            return refreshes.remove(fields.get("refresh_token")) == null
                    ? Reply.refused(400, "invalid_grant")
                    : Reply.ok(tokens());
        }
        var asked = codes.remove(fields.get("code"));
        return asked == null
                        || !asked.get("redirect_uri").equals(fields.get("redirect_uri"))
                        || !asked.get("code_challenge").equals(challenge(fields.get("code_verifier")))
                ? Reply.refused(400, "invalid_grant")
                : Reply.ok(tokens());
    }

    private Map<String, String> tokens() {
        var access = "access-secret-" + ++serial;
        accesses.add(access);
        refreshes.put("refresh-secret-" + serial, access);
        return Map.of(
                "access_token", access, "refresh_token", "refresh-secret-" + serial, "user", "u-1", "name", "Alice");
    }

    private Reply open(Map<String, String> fields) {
        var known = beams.entrySet().stream()
                .filter(one -> one.getValue().reference.equals(fields.get("reference"))
                        && !one.getValue().state.equals("over"))
                .map(Map.Entry::getKey)
                .findFirst();
        var id = known.orElseGet(() -> "beam-" + ++serial);
        beams.computeIfAbsent(id, any -> new Beam(fields.get("reference")));
        return Reply.ok(Map.of(
                "id", id, "server", "rtmp://in.lighthouse.example/live", "key", "lh-" + id, "page", site() + "/" + id));
    }

    private Reply step(String id, Beam beam, String step, Map<String, String> fields) {
        switch (step) {
            case "/show" -> beam.state = "shown";
            case "/end" -> beam.state = "over";
            case "/video" -> {
                return Reply.ok(beam.video.isEmpty() ? Map.of() : Map.of("page", beam.video));
            }
            case "/chat" -> {
                var after = Integer.parseInt(fields.get("after"));
                return new Reply(
                        200, List.copyOf(beam.chat.subList(Math.min(after, beam.chat.size()), beam.chat.size())));
            }
            case "/chat/say" -> {
                said.add(fields.get("text"));
                says(id, "own-" + said.size(), new PlatformAuthor("u-1", "Alice", Set.of()), fields.get("text"));
            }
            default -> {}
        }
        return Reply.ok(Map.of("state", beam.state, "viewers", "3"));
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> read(String form) {
        var fields = new HashMap<String, String>();
        for (var field : form.split("&", -1)) {
            var halves = field.split("=", 2);
            if (halves.length == 2) {
                fields.put(halves[0], URLDecoder.decode(halves[1], StandardCharsets.UTF_8));
            }
        }
        return fields;
    }

    private static String form(Map<String, String> fields) {
        var parts = new ArrayList<String>();
        fields.forEach((name, value) -> parts.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return String.join("&", parts);
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}

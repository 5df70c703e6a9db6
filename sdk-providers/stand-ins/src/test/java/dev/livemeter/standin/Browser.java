package dev.livemeter.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks a stand-in as browsers and applications do. */
public final class Browser {

    private static final Pattern HIDDEN = Pattern.compile("type=\"hidden\" name=\"request\" value=\"([^\"]*)\"");

    private final HttpClient client = HttpClient.newHttpClient();

    /** Any request. */
    public HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public HttpResponse<String> get(URI address, String... headers) {
        var request = HttpRequest.newBuilder(address);
        return send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    /** Sends a form. */
    public HttpResponse<String> post(URI address, Map<String, String> fields) {
        return send(HttpRequest.newBuilder(address)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form(fields)))
                .build());
    }

    public HttpResponse<String> post(URI address, String json, String... headers) {
        return send(HttpRequest.newBuilder(address)
                .headers(headers)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build());
    }

    /** Opens a page where an application asks for leave, and presses a button there; gives where that leads. */
    public URI answer(URI page, String account, String button) {
        var shown = get(page);
        var hidden = HIDDEN.matcher(shown.body());
        if (!hidden.find()) {
            throw new AssertionError(shown.body());
        }
        var fields = new LinkedHashMap<String, String>();
        fields.put("request", hidden.group(1).replace("&amp;", "&"));
        fields.put("account", account);
        fields.put("answer", button);
        var sent = post(page.resolve(page.getPath()), fields);
        return URI.create(sent.headers().firstValue("Location").orElseThrow(() -> new AssertionError(sent.body())));
    }

    public static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** The parameters of an address. */
    public static Map<String, String> query(URI address) {
        var query = new LinkedHashMap<String, String>();
        for (var pair : address.getRawQuery().split("&", -1)) {
            var halves = pair.split("=", 2);
            query.put(halves[0], URLDecoder.decode(halves[1], StandardCharsets.UTF_8));
        }
        return query;
    }
}

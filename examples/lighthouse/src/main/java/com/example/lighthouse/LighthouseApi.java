package com.example.lighthouse;

import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.PlatformTrouble;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks Lighthouse: a form goes there, forms come back, one a line. Blocks for some seconds at most, and throws nothing for what Lighthouse says. */
final class LighthouseApi {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int UNAUTHORIZED = 401;

    private final URI site;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    LighthouseApi(URI site) {
        this.site = site;
    }

    /** What came of a question: forms, or why there are none. */
    record Answer(List<Map<String, String>> forms, @Nullable PlatformTrouble trouble) {

        <T> T fold(Function<Map<String, String>, T> good, Function<PlatformTrouble, T> bad) {
            return trouble == null ? good.apply(forms.isEmpty() ? Map.of() : forms.get(0)) : bad.apply(trouble);
        }

        boolean is(String code) {
            return trouble != null && trouble.code().equals(code);
        }
    }

    URI page(String path, Map<String, String> query) {
        return site.resolve(path + "?" + form(query));
    }

    /** Asks without an account. */
    Answer ask(String path, Map<String, String> fields) {
        return ask(path, fields, "");
    }

    /** Asks for an account: with another token where the first one is refused, and once more only. */
    Answer ask(String path, Map<String, String> fields, AccountAccess access) {
        var token = access.token();
        var answer = ask(path, fields, token.reveal());
        if (answer.is("unauthorized")) {
            answer = ask(path, fields, access.tokenAfter(token).reveal());
            if (answer.is("unauthorized")) {
                access.needsAuthorization("Lighthouse takes the saved permission no more; connect the account again.");
            }
        }
        return answer;
    }

    private Answer ask(String path, Map<String, String> fields, String token) {
        var request = HttpRequest.newBuilder(site.resolve(path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(form(fields)))
                .build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            var forms = response.body().lines().map(LighthouseApi::read).toList();
            return response.statusCode() < 300
                    ? new Answer(forms, null)
                    : new Answer(List.of(), trouble(response.statusCode(), forms));
        } catch (IOException e) {
            return new Answer(List.of(), away("Lighthouse does not answer; it is asked again later."));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(List.of(), away("The question to Lighthouse was interrupted; it is asked again later."));
        }
    }

    private static PlatformTrouble trouble(int status, List<Map<String, String>> forms) {
        if (status >= 500) {
            return away("Lighthouse is in trouble itself; it is asked again later.");
        }
        if (status == UNAUTHORIZED) {
            return new PlatformTrouble(
                    false, null, "unauthorized", "Lighthouse does not take the saved permission; connect again.");
        }
        var code = forms.isEmpty() ? "refused" : forms.get(0).getOrDefault("error", "refused");
        return new PlatformTrouble(false, null, code, "Lighthouse refused the request (" + code + ").");
    }

    private static PlatformTrouble away(String message) {
        return new PlatformTrouble(true, null, "away", message);
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .sorted()
                .collect(Collectors.joining("&"));
    }

    private static Map<String, String> read(String form) {
        return Arrays.stream(form.split("&"))
                .map(field -> field.split("=", 2))
                .filter(halves -> halves.length == 2)
                .collect(Collectors.toMap(
                        halves -> decoded(halves[0]), halves -> decoded(halves[1]), (one, other) -> other));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

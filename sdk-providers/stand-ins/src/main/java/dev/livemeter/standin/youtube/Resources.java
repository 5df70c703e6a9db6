package dev.livemeter.standin.youtube;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How resources and lists of them are written. */
final class Resources {

    private Resources() {}

    static JsonObject page(String kind, Query query, List<JsonObject> all) {
        var size = Integer.parseInt(query.one("maxResults", "5"));
        if (size > 50) {
            throw ApiError.bad("invalidParameter", "Invalid value '" + size + "' for the parameter 'maxResults'.");
        }
        var from = 0;
        if (query.has("pageToken")) {
            var token = query.one("pageToken");
            if (!token.matches("P[0-9]+")) {
                throw ApiError.bad("invalidPageToken", "The page token is invalid.");
            }
            from = Integer.parseInt(token.substring(1));
        }
        var to = Math.min(from + size, all.size());
        JsonArrayBuilder items = Json.createArrayBuilder();
        all.subList(Math.min(from, to), to).forEach(items::add);
        var page = Json.createObjectBuilder()
                .add("kind", kind)
                .add("etag", "etag")
                .add(
                        "pageInfo",
                        Json.createObjectBuilder()
                                .add("totalResults", all.size())
                                .add("resultsPerPage", size))
                .add("items", items);
        if (to < all.size()) {
            page.add("nextPageToken", "P" + to);
        }
        return page.build();
    }

    static JsonObjectBuilder part(List<String> parts, String kind, String id, Map<String, JsonObject> all) {
        var object =
                Json.createObjectBuilder().add("kind", kind).add("etag", "etag").add("id", id);
        for (var part : parts) {
            var content = all.get(part);
            if (content != null && !content.isEmpty()) {
                object.add(part, content);
            }
        }
        return object;
    }

    static String text(JsonObject from, String path) {
        return ((JsonString) Objects.requireNonNull(Contract.at(from, path))).getString();
    }

    static String second(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static JsonObjectBuilder copy(JsonObject body, String part) {
        return body.get(part) instanceof JsonObject given
                ? Json.createObjectBuilder(given)
                : Json.createObjectBuilder();
    }
}

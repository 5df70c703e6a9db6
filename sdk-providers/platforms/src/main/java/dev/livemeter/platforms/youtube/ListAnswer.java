package dev.livemeter.platforms.youtube;

import dev.livemeter.platforms.http.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;

/** A page of a list of YouTube's. */
public final class ListAnswer {

    private ListAnswer() {}

    /** Whether it says what there is: it has items, or a count of none, where YouTube leaves the items out. An empty answer says nothing. */
    public static boolean isWhole(JsonObject page) {
        return page.get("items") instanceof JsonArray
                || Json.number(page, "pageInfo", "totalResults")
                        .filter(total -> total == 0)
                        .isPresent();
    }
}

package dev.livemeter.standin.facebook;

import dev.livemeter.standin.facebook.Person.Page;
import dev.livemeter.standin.facebook.Tokens.Token;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The paths of the Graph API: what each is called, which token it wants, and what is answered. Guarded by the server's lock. */
final class GraphCalls {

    private final Tokens tokens;
    private final LiveVideos videos;
    private final String root;

    /**
     * @param root where the Graph API is, with its version
     */
    GraphCalls(Tokens tokens, LiveVideos videos, String root) {
        this.tokens = tokens;
        this.videos = videos;
        this.root = root;
    }

    /** The name of a request; refuses a path that there is not. */
    static String operation(String method, String path) {
        var parts = path.split("/", -1);
        var shape = method + " "
                + (parts[0].matches("[0-9]+") ? "ID" : parts[0])
                + (parts.length == 2 ? "/" + parts[1] : parts.length > 2 ? "/?" : "");
        return switch (shape) {
            case "GET oauth/access_token", "POST oauth/access_token" -> "oauth";
            case "GET debug_token" -> "debug_token";
            case "GET me" -> "me";
            case "GET me/accounts" -> "me.accounts";
            case "DELETE me/permissions" -> "me.permissions.delete";
            case "GET ID/live_videos" -> "live_videos.list";
            case "POST ID/live_videos" -> "live_videos.create";
            case "GET ID/comments" -> "comments.list";
            case "POST ID/comments" -> "comments.create";
            case "GET ID" -> "node";
            case "POST ID" -> "node.update";
            case "DELETE ID" -> "node.delete";
            default ->
                throw new GraphError(
                        404, 2500, 0, "(#2500) Unknown path components: /" + path + " for " + method + ".");
        };
    }

    /** Answers it, or refuses. */
    JsonObject run(String operation, String path, Map<String, String> parameters, String bearer) {
        if (operation.equals("oauth")) {
            return tokens.token(parameters);
        }
        var text = bearer.isEmpty() ? parameters.getOrDefault("access_token", "") : bearer;
        var id = path.replaceFirst("/.*", "");
        if (operation.equals("debug_token")) {
            Question.onlyAllows(parameters, Set.of("input_token"));
            if (!tokens.isApplication(text)) {
                throw GraphError.parameter("You must provide an app access token to inspect a token.");
            }
            return Json.createObjectBuilder()
                    .add("data", tokens.inspect(parameters.getOrDefault("input_token", "")))
                    .build();
        }
        if (text.isEmpty()) {
            throw new GraphError(400, 104, 0, "An access token is required to request this resource.");
        }
        var token = tokens.require(text);
        var proof = parameters.get("appsecret_proof");
        if (proof == null) {
            throw new GraphError(400, 100, 0, "API calls from the server require an appsecret_proof argument");
        }
        if (!proof.equals(tokens.proof(text))) {
            throw new GraphError(400, 100, 0, "Invalid appsecret_proof provided in the API argument");
        }
        var question = new Question(token, id, parameters);
        return switch (operation) {
            case "me" -> {
                question.allows(Set.of());
                yield question.fields("user", "id,name").of(person(question));
            }
            case "me.accounts" -> accounts(question);
            case "me.permissions.delete" -> {
                question.allows(Set.of("permission"));
                if (token.page() != null) {
                    throw GraphError.gone("permissions");
                }
                tokens.withdraw(token.person(), 458);
                yield Json.createObjectBuilder().add("success", true).build();
            }
            case "live_videos.list" -> videos.list(question);
            case "live_videos.create" -> videos.create(question);
            case "comments.list" -> videos.comments(question);
            case "comments.create" -> videos.comment(question);
            case "node" -> node(question);
            case "node.update" -> videos.update(question);
            case "node.delete" -> {
                videos.delete(question);
                yield Json.createObjectBuilder().add("success", true).build();
            }
            default -> throw new IllegalStateException(operation);
        };
    }

    private static JsonObject person(Question question) {
        return Json.createObjectBuilder()
                .add("id", question.token().owner())
                .add("name", question.name())
                .build();
    }

    private JsonObject accounts(Question question) {
        question.allows(Set.of("limit", "after"));
        question.requires("pages_show_list");
        var limit = question.number("limit", 25);
        var pages = List.copyOf(question.token().pages());
        var from = question.number("after", 0);
        var wanted = question.fields("page", "id,name,access_token,tasks,category");
        var data = Json.createArrayBuilder();
        var to = Math.min(pages.size(), from + limit);
        pages.subList(from, to).forEach(page -> data.add(wanted.of(page(question.token(), page))));
        var paging = Json.createObjectBuilder()
                .add("cursors", Json.createObjectBuilder().add("before", "0").add("after", String.valueOf(to)));
        if (to < pages.size()) {
            paging.add("next", root + "/me/accounts?after=" + to);
        }
        return Json.createObjectBuilder()
                .add("data", data)
                .add("paging", paging)
                .build();
    }

    private JsonObject page(Token token, Page page) {
        return Json.createObjectBuilder()
                .add("id", page.id())
                .add("name", page.name())
                .add("category", "Musician")
                .add("tasks", Json.createArrayBuilder(List.copyOf(page.tasks())))
                .add("access_token", tokens.ofPage(token, page))
                .build();
    }

    private JsonObject node(Question question) {
        question.allows(Set.of("target_token"));
        var page = question.token().pages().stream()
                .filter(one -> one.id().equals(question.id()))
                .findFirst();
        if (page.isPresent()) {
            question.requires("pages_show_list");
            return question.fields("page", "id,name").of(page(question.token(), page.get()));
        }
        return videos.node(question);
    }
}

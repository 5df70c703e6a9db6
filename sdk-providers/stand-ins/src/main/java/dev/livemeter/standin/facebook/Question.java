package dev.livemeter.standin.facebook;

import dev.livemeter.standin.facebook.Tokens.Token;
import java.util.Map;
import java.util.Set;

/**
 * A request of the Graph API whose token was looked at, and what may be asked with it.
 *
 * @param id the node that it is about, as the path begins
 */
record Question(Token token, String id, Map<String, String> parameters) {

    private static final Set<String> COMMON = Set.of("access_token", "appsecret_proof", "fields");

    /** Refuses what the contract does not have. */
    void allows(Set<String> names) {
        onlyAllows(parameters, names);
    }

    static void onlyAllows(Map<String, String> parameters, Set<String> names) {
        for (var name : parameters.keySet()) {
            if (!names.contains(name) && !COMMON.contains(name)) {
                throw GraphError.parameter("The parameter " + name + " does not exist here.");
            }
        }
    }

    void oneOf(String name, Set<String> words) {
        if (parameters.containsKey(name) && !words.contains(parameters.get(name))) {
            throw GraphError.parameter("Param " + name + " must be one of {" + String.join(", ", words) + "}");
        }
    }

    String text(String name, String otherwise) {
        return parameters.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise) {
        var text = parameters.get(name);
        return text == null ? otherwise : Integer.parseInt(text);
    }

    /** What is to be answered of something of that kind. */
    Fields fields(String kind, String usual) {
        return Fields.read(kind, text("fields", ""), usual);
    }

    /** What whoever asks is called: a person, or a page. */
    String name() {
        var page = token.page();
        return page == null ? token.person().name() : page.name();
    }

    void requires(String... permissions) {
        for (var permission : permissions) {
            if (!token.permissions().contains(permission)) {
                throw GraphError.permission("Requires the permission " + permission + ".");
            }
        }
    }

    /** Who goes live on a page does so with the page's own token, and on a profile with the person's. */
    void requiresToCreate(String owner) {
        if (!token.owner().equals(owner)) {
            throw GraphError.gone(owner);
        }
        var page = token.page();
        if (page == null) {
            requires("publish_video");
            return;
        }
        requires("pages_read_engagement", "pages_manage_posts");
        if (!page.tasks().contains("CREATE_CONTENT")) {
            throw GraphError.permission("The person may not create content on the page.");
        }
    }
}

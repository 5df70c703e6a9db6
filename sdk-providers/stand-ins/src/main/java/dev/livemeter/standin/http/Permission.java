package dev.livemeter.standin.http;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pages where a person allows an application to act for them.
 *
 * @param platform whose
 * @param application who asks
 * @param accounts those that may be chosen: names by ids
 */
public record Permission(String platform, String application, Map<String, String> accounts) {

    private static final Map<String, String> ANSWERS = answers();

    private static Map<String, String> answers() {
        var answers = new LinkedHashMap<String, String>();
        answers.put("allow", "Allow");
        answers.put("deny", "Deny");
        return java.util.Collections.unmodifiableMap(answers);
    }

    /** The page that an application sends a browser to. */
    public Response page(String action, String query, String scopes) {
        var form = new Page.Form(action, ANSWERS).hidden("request", query);
        return Response.page(200, asking(scopes).form(choosing(form)).html());
    }

    private Page asking(String scopes) {
        return Page.of(platform, "May an application act for you?")
                .text("The application " + application + " asks to act for you, for this:")
                .list(scopes.isBlank() ? List.of("(nothing)") : Arrays.asList(scopes.split(" ", -1)));
    }

    private Page.Form choosing(Page.Form form) {
        return form.choice("account", "Account", accounts);
    }

    /** The page where a person types what a device shows; what was typed already, if the address has it. */
    public Response devicePage(String action, String code) {
        var form = new Page.Form(action, ANSWERS).text("user_code", "Code that your device shows", code, 40);
        return Response.page(
                200,
                Page.of(platform, "May a device act for you?")
                        .form(choosing(form))
                        .html());
    }

    /** Which account allows it; null for a refusal. */
    public static @Nullable String account(Map<String, String> form) {
        return "allow".equals(form.get("answer")) ? form.getOrDefault("account", "") : null;
    }

    /** What a person reads who is done. */
    public Response done(String sentence) {
        return Response.page(200, Page.of(platform, "Done").text(sentence).html());
    }

    /** What a person reads where something is wrong with what the application asks. */
    public Response wrong(int status, String sentence) {
        return Response.page(
                status, Page.of(platform, "This does not work").text(sentence).html());
    }
}

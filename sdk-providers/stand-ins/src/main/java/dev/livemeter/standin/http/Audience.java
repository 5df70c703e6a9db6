package dev.livemeter.standin.http;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The page of a broadcast: what is shown, who watches, what is said; and forms by which a person plays the audience. */
public final class Audience {

    static final int MOST_VIEWERS = 100_000_000;
    private static final int LONGEST_NAME = 50;

    private final String platform;
    private final int longestText;

    /**
     * One.
     *
     * @param longestText of the chat, in characters
     */
    public Audience(String platform, int longestText) {
        this.platform = platform;
        this.longestText = longestText;
    }

    /**
     * What is to be seen.
     *
     * @param state in a few words
     * @param viewers empty where nobody is counted
     * @param chat the last lines that were said; an empty list where nothing was
     */
    public record Show(String title, String channel, String state, OptionalLong viewers, List<Page.Line> chat) {}

    /** What a page does when a person has filled in a form. */
    public interface Stage {

        /**
         * Somebody says something.
         *
         * @throws IllegalStateException with a sentence, where nothing can be said
         */
        void say(String author, String text);

        void viewers(long count);
    }

    /** The page at an address, with its parameters. */
    public Response page(String address, Show show) {
        var viewers = show.viewers().isPresent() ? Long.toString(show.viewers().getAsLong()) : "not counted";
        return Response.page(
                200,
                Page.of(platform, show.title())
                        .fact("state", "State", show.state())
                        .fact("channel", "Channel", show.channel())
                        .fact("viewers-now", "Viewers", viewers)
                        .link(address, "Look again")
                        .frame(address + (address.contains("?") ? "&" : "?") + "chat=1", "Chat, the newest first")
                        .form(new Page.Form(address, Map.of("say", "Say it"))
                                .text("author", "Say something as", "Viewer", LONGEST_NAME)
                                .text("text", "Text", "", longestText))
                        .form(new Page.Form(address, Map.of("watch", "Set viewers"))
                                .number(
                                        "viewers",
                                        "Number of viewers",
                                        Long.toString(show.viewers().orElse(0))))
                        .html());
    }

    /** The chat, the newest first, which asks for itself every few seconds. */
    public Response chat(Show show) {
        var page = Page.bare("Chat").refreshedEvery(2);
        var newestFirst = new ArrayList<>(show.chat());
        Collections.reverse(newestFirst);
        return Response.page(
                200, (show.chat().isEmpty() ? page.text("Nobody has said anything.") : page.lines(newestFirst)).html());
    }

    /** Does what a form says, and leads back. */
    public Response act(String address, Map<String, String> form, Stage stage) {
        try {
            return did(address, form, stage);
        } catch (IllegalStateException notNow) {
            return wrong(String.valueOf(notNow.getMessage()));
        }
    }

    private Response did(String address, Map<String, String> form, Stage stage) {
        var author = form.getOrDefault("author", "").strip();
        var text = form.getOrDefault("text", "").strip();
        var viewers = form.getOrDefault("viewers", "");
        switch (form.getOrDefault("answer", "")) {
            case "say" -> {
                if (author.isEmpty()
                        || text.isEmpty()
                        || author.length() > LONGEST_NAME
                        || text.length() > longestText) {
                    return wrong("Give a name of up to " + LONGEST_NAME + " characters and a text of up to "
                            + longestText + ".");
                }
                stage.say(author, text);
            }
            case "watch" -> {
                if (!viewers.matches("[0-9]{1,9}") || Long.parseLong(viewers) > MOST_VIEWERS) {
                    return wrong("Give a number of viewers from 0 to " + MOST_VIEWERS + ".");
                }
                stage.viewers(Long.parseLong(viewers));
            }
            default -> {
                return wrong("This form is not known.");
            }
        }
        return Response.seeOther(URI.create(address));
    }

    private Response wrong(String sentence) {
        return Response.page(
                400, Page.of(platform, "This does not work").text(sentence).html());
    }
}

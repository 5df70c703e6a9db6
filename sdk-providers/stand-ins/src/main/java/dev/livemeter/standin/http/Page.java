package dev.livemeter.standin.http;

import java.util.List;
import java.util.Map;

/** Pages for people. Everything that is given is text and is escaped here. */
public final class Page {

    /** Forms may send a browser to any application, so what they lead to is not limited. */
    static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'";

    private static final String STYLE = """
            body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1rem;color:#1a1a1a;background:#fff}
            .notice{background:#fff3c4;border:1px solid #8a6d00;padding:.5rem .75rem}
            label{display:block;margin-top:.75rem}
            input[type=text],input[type=number]{font:inherit;padding:.35rem;width:100%;box-sizing:border-box;border:1px solid #595959}
            button{font:inherit;padding:.4rem 1rem;margin:.75rem .5rem 0 0}
            :focus-visible{outline:3px solid #0b57d0;outline-offset:2px}
            fieldset{margin-top:1rem;border:1px solid #767676}
            iframe{width:100%;height:16rem;border:1px solid #767676}
            ol{list-style:none;padding:0}li{overflow-wrap:anywhere}
            """;

    private final StringBuilder body = new StringBuilder();
    private final String title;
    private String head = "";

    private Page(String title) {
        this.title = title;
    }

    /** Begins a page that says whom it stands for. */
    public static Page of(String platform, String title) {
        var page = bare(title + " (stand-in for " + platform + ")");
        page.body
                .append("<p class=\"notice\">Stand-in for ")
                .append(escape(platform))
                .append(". Not ")
                .append(escape(platform))
                .append(".</p>");
        return page.heading(title);
    }

    /** One that is shown within another. */
    public static Page bare(String title) {
        return new Page(title);
    }

    /** Has browsers ask for it again. */
    public Page refreshedEvery(int seconds) {
        head = "<meta http-equiv=\"refresh\" content=\"" + seconds + "\">";
        return this;
    }

    private Page heading(String text) {
        body.append("<h1>").append(escape(text)).append("</h1>");
        return this;
    }

    public Page text(String text) {
        body.append("<p>").append(escape(text)).append("</p>");
        return this;
    }

    /** A fact, to be found by its name. */
    public Page fact(String name, String label, String value) {
        body.append("<p>")
                .append(escape(label))
                .append(": <strong id=\"")
                .append(escape(name))
                .append("\">")
                .append(escape(value))
                .append("</strong></p>");
        return this;
    }

    public Page list(List<String> lines) {
        body.append("<ul>");
        lines.forEach(line -> body.append("<li>").append(escape(line)).append("</li>"));
        body.append("</ul>");
        return this;
    }

    public Page link(String address, String text) {
        body.append("<p><a href=\"")
                .append(escape(address))
                .append("\">")
                .append(escape(text))
                .append("</a></p>");
        return this;
    }

    /** Another page within this one. */
    public Page frame(String address, String frameTitle) {
        body.append("<h2>")
                .append(escape(frameTitle))
                .append("</h2><iframe src=\"")
                .append(escape(address))
                .append("\" title=\"")
                .append(escape(frameTitle))
                .append("\"></iframe>");
        return this;
    }

    /** Lines of a chat: each is who and what. */
    public Page lines(List<Line> lines) {
        body.append("<ol>");
        lines.forEach(line -> body.append("<li><strong>")
                .append(escape(line.author()))
                .append("</strong>: ")
                .append(escape(line.text()))
                .append("</li>"));
        body.append("</ol>");
        return this;
    }

    /** What somebody said. */
    public record Line(String author, String text) {}

    public Page form(Form form) {
        body.append("<form method=\"post\" action=\"")
                .append(escape(form.action))
                .append("\">");
        body.append(form.fields);
        form.buttons.forEach((value, label) -> body.append("<button name=\"answer\" value=\"")
                .append(escape(value))
                .append("\" id=\"")
                .append(escape(value))
                .append("\">")
                .append(escape(label))
                .append("</button>"));
        body.append("</form>");
        return this;
    }

    public String html() {
        return "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">" + head + "<title>"
                + escape(title) + "</title><style>" + STYLE + "</style></head><body><main>" + body
                + "</main></body></html>";
    }

    /** Fields and buttons. */
    public static final class Form {

        private final String action;
        private final Map<String, String> buttons;
        private final StringBuilder fields = new StringBuilder();

        /**
         * One.
         *
         * @param buttons labels by what the field {@code answer} says then
         */
        public Form(String action, Map<String, String> buttons) {
            this.action = action;
            this.buttons = buttons;
        }

        public Form hidden(String name, String value) {
            fields.append("<input type=\"hidden\" name=\"")
                    .append(escape(name))
                    .append("\" value=\"")
                    .append(escape(value))
                    .append("\">");
            return this;
        }

        /** A field for text; {@code id} is the field's name. */
        public Form text(String name, String label, String value, int most) {
            return field(name, label, "type=\"text\" maxlength=\"" + most + "\" required", value);
        }

        public Form number(String name, String label, String value) {
            return field(
                    name, label, "type=\"number\" min=\"0\" max=\"" + Audience.MOST_VIEWERS + "\" required", value);
        }

        private Form field(String name, String label, String kind, String value) {
            fields.append("<label for=\"")
                    .append(escape(name))
                    .append("\">")
                    .append(escape(label))
                    .append("</label><input id=\"")
                    .append(escape(name))
                    .append("\" name=\"")
                    .append(escape(name))
                    .append("\" autocomplete=\"off\" ")
                    .append(kind)
                    .append(" value=\"")
                    .append(escape(value))
                    .append("\">");
            return this;
        }

        /** One of several, the first at first. */
        public Form choice(String name, String legend, Map<String, String> labels) {
            fields.append("<fieldset><legend>").append(escape(legend)).append("</legend>");
            var chosen = " checked";
            for (var one : labels.entrySet()) {
                fields.append("<label><input type=\"radio\" name=\"")
                        .append(escape(name))
                        .append("\" value=\"")
                        .append(escape(one.getKey()))
                        .append("\"")
                        .append(chosen)
                        .append("> ")
                        .append(escape(one.getValue()))
                        .append("</label>");
                chosen = "";
            }
            fields.append("</fieldset>");
            return this;
        }
    }

    /** Text as it can stand in an element or in an attribute with quotes. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}

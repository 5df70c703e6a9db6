package dev.livemeter.http;

import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Answers with comma-separated values, as a file to save. */
final class CsvAnswer {

    private CsvAnswer() {}

    /** What writes the lines. */
    @FunctionalInterface
    interface Lines {

        void write(Appendable to) throws IOException;
    }

    /**
     * The lines as a file.
     *
     * @param name letters, digits, dots and hyphens, as it is sent in a header
     */
    static WebResponse of(String name, Lines lines) {
        var text = new StringBuilder();
        try {
            lines.write(text);
        } catch (IOException memoryDoesNotFail) {
            throw new UncheckedIOException(memoryDoesNotFail);
        }
        return new WebResponse(
                200,
                Map.of(
                        "Content-Type",
                        "text/csv; charset=utf-8",
                        "Content-Disposition",
                        "attachment; filename=\"" + name + "\""),
                WebBody.of(text.toString()));
    }
}

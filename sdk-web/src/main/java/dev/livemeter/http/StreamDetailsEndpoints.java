package dev.livemeter.http;

import dev.livemeter.LivemeterException;
import dev.livemeter.broadcast.Broadcasts;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.web.WebResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** {@code /stream-details}: what somebody says of their streams, from the next one on. */
final class StreamDetailsEndpoints {

    private final Broadcasts broadcasts;

    StreamDetailsEndpoints(Broadcasts broadcasts) {
        this.broadcasts = broadcasts;
    }

    WebResponse show(Call call) {
        return answer(broadcasts.details(call.userName()));
    }

    WebResponse replace(Call call) {
        var fields = call.fields("title", "description", "category", "privacy");
        var said = new StreamDetails(
                fields.requiredText("title"),
                fields.text("description").orElse(""),
                fields.text("category").orElse(""),
                fields.text("privacy").map(StreamDetailsEndpoints::privacy).orElse(Privacy.PUBLIC));
        try {
            broadcasts.describe(call.userName(), said);
        } catch (LivemeterException e) {
            throw e.code().equals("broadcast.none")
                    ? new ProblemException(
                            501, e.code(), Objects.requireNonNullElse(e.getMessage(), "Nothing of it is kept here."))
                    : e;
        }
        return answer(said);
    }

    private static WebResponse answer(StreamDetails details) {
        return Wire.answer(200, Wire.object().add("details", BroadcastView.details(details)));
    }

    private static Privacy privacy(String word) {
        return Arrays.stream(Privacy.values())
                .filter(one -> lower(one).equals(word))
                .findFirst()
                .orElseThrow(() -> Fields.unfit(
                        "privacy",
                        "The field 'privacy' does not fit; expected one of "
                                + Arrays.stream(Privacy.values())
                                        .map(StreamDetailsEndpoints::lower)
                                        .collect(Collectors.joining(", "))
                                + "."));
    }

    private static String lower(Privacy privacy) {
        return privacy.name().toLowerCase(Locale.ROOT);
    }
}

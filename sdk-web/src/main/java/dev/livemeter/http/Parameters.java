package dev.livemeter.http;

import dev.livemeter.web.WebRequest;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;

/** Reads query parameters, and refuses what does not fit with a sentence. */
final class Parameters {

    private static final int FIRST_YEAR = 1970;
    private static final int LAST_YEAR = 8999;

    private Parameters() {}

    /** {@code true} or {@code false}; {@code absent} where the parameter is not given. */
    static boolean truth(WebRequest request, String name, boolean absent) {
        var given = request.parameter(name);
        if (given.isPresent() && !given.get().equals("true") && !given.get().equals("false")) {
            throw unfit("The parameter '" + name + "' does not fit; expected true or false.");
        }
        return given.map("true"::equals).orElse(absent);
    }

    /** A whole number in a range; {@code absent} where the parameter is not given. */
    static long number(WebRequest request, String name, long absent, long least, long most) {
        var given = request.parameter(name);
        if (given.isEmpty()) {
            return absent;
        }
        try {
            var number = Long.parseLong(given.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // told below, with the range
        }
        var range = most == Long.MAX_VALUE ? "from " + least + " on" : "from " + least + " to " + most;
        throw unfit("The parameter '" + name + "' does not fit; expected a whole number " + range + ".");
    }

    /** A day such as 2026-11-20; {@code absent} where the parameter is not given. */
    static LocalDate date(WebRequest request, String name, LocalDate absent) {
        var given = request.parameter(name);
        if (given.isEmpty()) {
            return absent;
        }
        try {
            var date = LocalDate.parse(given.get());
            if (date.getYear() >= FIRST_YEAR && date.getYear() <= LAST_YEAR) {
                return date;
            }
        } catch (DateTimeParseException notADay) {
            // told below, with the form
        }
        throw unfit("The parameter '" + name + "' does not fit; expected a day such as 2026-11-20.");
    }

    /** A text that must be given. */
    static String required(WebRequest request, String name) {
        return request.parameter(name)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> unfit("The parameter '" + name + "' is missing; it has to be given."));
    }

    static ProblemException unfit(String sentence) {
        return new ProblemException(400, "request.malformed_parameter", sentence);
    }
}

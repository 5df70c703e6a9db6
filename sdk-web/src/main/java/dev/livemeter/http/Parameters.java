package dev.livemeter.http;

import dev.livemeter.web.WebRequest;

/** Reads query parameters, and refuses what does not fit with a sentence. */
final class Parameters {

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

    private static ProblemException unfit(String sentence) {
        return new ProblemException(400, "request.malformed_parameter", sentence);
    }
}

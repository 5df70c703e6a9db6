package dev.livemeter.http;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.IdSource;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what was thrown into what is answered. The caller's mistakes are told in the exception's own sentence, everything else is logged
 * under an identifier that is the only thing the answer tells: an exception from below may know addresses and statements.
 */
final class Faults {

    private static final Logger log = LoggerFactory.getLogger(Faults.class);
    private static final int RETRY_SECONDS = 5;

    private final IdSource ids;

    Faults(IdSource ids) {
        this.ids = ids;
    }

    Problem of(RuntimeException thrown) {
        if (thrown instanceof ProblemException known) {
            return known.problem();
        }
        if (thrown instanceof LivemeterException fault) {
            return of(fault);
        }
        return internal(thrown);
    }

    private Problem of(LivemeterException fault) {
        if (fault.retryable()) {
            return logged(
                            Problem.of(
                                    503,
                                    fault.code(),
                                    "It could not be done now, nothing is lost; try again in " + RETRY_SECONDS
                                            + " seconds."),
                            fault)
                    .with("Retry-After", Integer.toString(RETRY_SECONDS));
        }
        var status = status(fault.code());
        return status == 500 ? internal(fault) : Problem.of(status, fault.code(), sentence(fault));
    }

    /** The core's codes are made of a subject and a finding; the finding decides. */
    private static int status(String code) {
        var finding = code.substring(code.indexOf('.') + 1);
        if (finding.equals("unknown")) {
            return 404;
        }
        if (finding.equals("limit")) {
            return 409;
        }
        return finding.startsWith("malformed") || finding.startsWith("unknown_") ? 422 : 500;
    }

    private static String sentence(LivemeterException fault) {
        return Objects.requireNonNullElse(fault.getMessage(), "The request cannot be answered as it is.");
    }

    private Problem internal(RuntimeException thrown) {
        return logged(
                Problem.of(
                        500,
                        "internal",
                        "Something went wrong here. Tell the operator the incident, it names the entry in the log."),
                thrown);
    }

    private Problem logged(Problem problem, RuntimeException thrown) {
        var incident = ids.next();
        log.error("Incident {}: a request was answered with {}.", incident, problem.status(), thrown);
        return problem.loggedAs(incident);
    }
}

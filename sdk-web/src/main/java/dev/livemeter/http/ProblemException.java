package dev.livemeter.http;

import java.io.Serial;

/** Carries a problem from where it is found to where it is answered. Never leaves this package. */
final class ProblemException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    ProblemException(Problem problem) {
        // No trace: it is an answer to the caller, not a fault of the program.
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    ProblemException(int status, String code, String detail) {
        this(Problem.of(status, code, detail));
    }

    Problem problem() {
        return problem;
    }
}

package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.LivemeterException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Why a host could not be worked with; the message is a sentence for people. */
final class HostProblem extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    /** How far it went. */
    enum Stage {
        NAME,
        CONNECTION,
        HOST_KEY,
        LOGIN,
        /** Another process has the host. */
        BUSY,
        /** Something on the host; the connection stands. */
        WORK,
        /** The connection was lost. */
        LOST
    }

    private final Stage stage;
    private final String remedy;

    HostProblem(Stage stage, String sentence, String remedy, @Nullable Throwable cause) {
        super(sentence, cause);
        this.stage = stage;
        this.remedy = remedy;
    }

    Stage stage() {
        return stage;
    }

    String sentence() {
        var message = getMessage();
        return message == null ? "" : message;
    }

    String remedy() {
        return remedy;
    }

    /** Both together. */
    String whole() {
        return remedy.isEmpty() ? sentence() : sentence() + " " + remedy;
    }

    LivemeterException toException() {
        var retryable = stage == Stage.CONNECTION || stage == Stage.LOST || stage == Stage.BUSY;
        var code = switch (stage) {
            case WORK -> "relay.host_failed";
            case BUSY -> "relay.host_busy";
            default -> "relay.host_unreachable";
        };
        return new LivemeterException(code, whole(), retryable, this);
    }
}

package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import java.util.Optional;

/** Whether streams can be passed on over TLS here, and how. */
sealed interface TlsSupport {

    /** They can. */
    record There(TlsEgress egress, TlsComplaints complaints) implements TlsSupport {}

    /** They cannot; a sentence for people says what is missing. */
    record Missing(String message) implements TlsSupport {}

    /** It is not known before the relay is opened. */
    record Unknown() implements TlsSupport {}

    static TlsSupport unknown() {
        return new Unknown();
    }

    static TlsSupport noModule() {
        return new Missing(
                "This relay cannot pass streams on over TLS (rtmps://), as its nginx has no stream module. Install it (apt install"
                        + " libnginx-mod-stream) and start the relay again, or use a server that begins with rtmp:// if the platform offers one.");
    }

    static TlsSupport noAuthorities() {
        return new Missing(
                "This relay cannot pass streams on over TLS (rtmps://), as this machine has no list of certificate authorities to verify"
                        + " servers by. Install one (apt install ca-certificates) or name one with the setting egress-ca, and start the relay again.");
    }

    /** Why a target cannot be reached for want of TLS. */
    default Optional<String> objectionTo(PushTarget target) {
        return PushLocation.isTls(target) && this instanceof Missing missing
                ? Optional.of(missing.message())
                : Optional.empty();
    }

    /** What is known of a failure beyond that sentence, or the sentence. */
    default String explained(PushTarget target, String sentence) {
        return PushLocation.isTls(target) && this instanceof There there
                ? TlsHost.of(target)
                        .flatMap(host -> there.egress()
                                .portOf(host)
                                .flatMap(there.complaints()::about)
                                .or(() -> there.complaints().about(host)))
                        .orElse(sentence)
                : sentence;
    }
}

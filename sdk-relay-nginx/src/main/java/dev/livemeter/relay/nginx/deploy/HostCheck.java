package dev.livemeter.relay.nginx.deploy;

/**
 * One look at a relay host.
 *
 * @param subject what was looked at, in a few words
 * @param sentence what was found
 * @param remedy what to do; empty where nothing is to be done
 */
public record HostCheck(String subject, Verdict verdict, String sentence, String remedy) {

    /** How it was found. */
    public enum Verdict {
        /** As it should be. */
        OK,
        /** It works, and somebody should look. */
        WARNING,
        /** It must be put right before anything can be deployed. */
        FAILED,
        /** Not looked at, as something before it failed. */
        SKIPPED
    }

    static HostCheck ok(String subject, String sentence) {
        return new HostCheck(subject, Verdict.OK, sentence, "");
    }

    static HostCheck failed(String subject, String sentence, String remedy) {
        return new HostCheck(subject, Verdict.FAILED, sentence, remedy);
    }

    static HostCheck warning(String subject, String sentence, String remedy) {
        return new HostCheck(subject, Verdict.WARNING, sentence, remedy);
    }

    static HostCheck skipped(String subject) {
        return new HostCheck(subject, Verdict.SKIPPED, "Not looked at, as something before it failed.", "");
    }
}

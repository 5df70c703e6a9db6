package dev.livemeter.relay.nginx.deploy;

/**
 * What became of a deployment. Only {@link Deployed} and {@link Unchanged} mean that the version is in force; {@link Unknown} means that it
 * cannot be told from here, and that the same call, made again, will tell.
 */
public sealed interface DeploymentResult {

    /** What happened and what to do, for people. Holds no secret. */
    String sentence();

    /** Whether the version that was asked for is in force, as proven by nginx itself. */
    default boolean inForce() {
        return false;
    }

    /**
     * It is in force; the running nginx said so three times.
     *
     * @param previous the version before; empty if there was none
     */
    record Deployed(String version, String previous) implements DeploymentResult {

        @Override
        public boolean inForce() {
            return true;
        }

        @Override
        public String sentence() {
            return "Version " + shortened(version) + " is in force"
                    + (previous.isEmpty() ? "." : ", in place of " + shortened(previous) + ".");
        }
    }

    /** It was in force already; nothing was done. */
    record Unchanged(String version) implements DeploymentResult {

        @Override
        public boolean inForce() {
            return true;
        }

        @Override
        public String sentence() {
            return "Version " + shortened(version) + " is in force already.";
        }
    }

    /**
     * nginx does not take it. What was in force still is.
     *
     * @param words nginx's own, without secrets
     */
    record Refused(String version, String words) implements DeploymentResult {

        @Override
        public String sentence() {
            return "nginx refuses version " + shortened(version) + ", so nothing was changed: " + words;
        }
    }

    /** It did not come into force, and the last good one was put back and is proven to be in force. */
    record RolledBack(String version, String backTo) implements DeploymentResult {

        @Override
        public String sentence() {
            return "nginx did not take version " + shortened(version) + " within its time, so " + shortened(backTo)
                    + " was put back and is in force. Most often a port is taken by another program: look at"
                    + " 'journalctl -u livemeter-relay' on the host.";
        }
    }

    /** It did not come into force, and neither is it proven that the last good one did. Somebody has to look. */
    record Broken(String version, String backTo) implements DeploymentResult {

        @Override
        public String sentence() {
            return "nginx did not take version " + shortened(version) + ", and does not answer with "
                    + (backTo.isEmpty() ? "another" : shortened(backTo))
                    + " either. Look at 'systemctl status livemeter-relay' on the host; a restart brings the last good version, and ends all"
                    + " streams.";
        }
    }

    /**
     * Somebody else deploys to this host, and did not end in time. Nothing was changed; try again.
     *
     * @param by the name of the key that the other one has; empty if that is not known
     */
    record Busy(String version, String by) implements DeploymentResult {

        @Override
        public String sentence() {
            return "Version " + shortened(version) + " has to wait: " + (by.isEmpty() ? "somebody else" : by)
                    + " deploys to this host at the moment. Nothing was changed; try again.";
        }
    }

    /**
     * Something on the host stands in the way: a full disk, a right that is missing, an instance that does not run. What was in force still
     * is.
     *
     * @param reason a sentence that says what to do
     */
    record Failed(String version, String reason) implements DeploymentResult {

        @Override
        public String sentence() {
            return reason;
        }
    }

    /**
     * The host could not be reached, did not prove who it is, or did not let us in; or the connection was lost before anything was put into force. What was
     * in force still is.
     *
     * @param reason a sentence that says what to do
     */
    record Unreachable(String version, String reason) implements DeploymentResult {

        @Override
        public String sentence() {
            return reason;
        }
    }

    /** The connection was lost after the order to put it into force was given. The host ends what it began, one way or the other. */
    record Unknown(String version, String reason) implements DeploymentResult {

        @Override
        public String sentence() {
            return reason + " The host was just putting version " + shortened(version)
                    + " into force, and ends that without us; deploy once more to learn what became of it.";
        }
    }

    private static String shortened(String version) {
        return version.length() <= 12 ? version : version.substring(0, 12);
    }
}

package dev.livemeter.relay.nginx.deploy;

/**
 * What a deployment would change.
 *
 * @param version of the files that were given
 * @param active the version in force; empty if none is
 * @param difference from what is in force, as a unified diff with secrets and tokens taken out; empty if there is none
 * @param refusal nginx's words if it would refuse them; empty if it takes them
 */
public record DryRun(String version, String active, String difference, String refusal) {

    /** Whether these files are in force already. */
    public boolean isUnchanged() {
        return version.equals(active);
    }

    /** Whether nginx takes them. That a port is free only the running nginx can tell. */
    public boolean isAccepted() {
        return refusal.isEmpty();
    }
}

package dev.livemeter.account;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.StreamProvider;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What connecting and using accounts can fail with. */
final class AccountFaults {

    private static final Pattern ERROR = Pattern.compile("[a-z_]{1,64}");

    private AccountFaults() {}

    static LivemeterException off() {
        return new LivemeterException(
                "account.off",
                "No accounts can be connected here: the storage keeps none. The application's developer gives another one with .storage(...).");
    }

    static LivemeterException unknown(AccountId id) {
        return new LivemeterException("account.unknown", "There is no account " + id + " of that user.");
    }

    static LivemeterException gone(AccountId id) {
        return new LivemeterException(
                "account.unknown",
                "The account " + id + " is not connected any more; connect it again, or take another.");
    }

    static LivemeterException unknownPlatform(String platform, Iterable<String> known) {
        return new LivemeterException(
                "account.unknown_platform",
                "There is no platform '" + platform + "' that accounts can be connected to; known are "
                        + String.join(", ", known) + ".");
    }

    static LivemeterException noDevices(StreamProvider platform) {
        return new LivemeterException(
                "account.unknown_platform",
                platform.displayName()
                        + " lets nobody connect an account with a code on another device; connect it on its page.");
    }

    static LivemeterException foreignRedirect() {
        return new LivemeterException(
                "account.malformed_redirect",
                "The address to come back to is not one of those that are allowed; give one of the setting livemeter.account.redirects,"
                        + " letter by letter.");
    }

    static LivemeterException garbledState() {
        return new LivemeterException(
                "account.malformed_state",
                "What came back from the platform does not belong to any connection that was begun here; begin again.");
    }

    static LivemeterException foreignState() {
        return new LivemeterException(
                "account.foreign_state",
                "This connection was begun by somebody else; sign in as them, or begin again as yourself.");
    }

    static LivemeterException expiredState(StreamProvider platform) {
        return new LivemeterException(
                "account.expired_state",
                "Connecting the account on " + platform.displayName() + " took too long; begin again.");
    }

    static LivemeterException refused(String message) {
        return new LivemeterException("account.refused", message);
    }

    static LivemeterException unavailable(String message) {
        return new LivemeterException("account.unavailable", message, true, null);
    }

    /** For the word that a platform sends back in place of a code (RFC 6749, section 4.1.2.1). */
    static LivemeterException answered(StreamProvider platform, String error) {
        var name = platform.displayName();
        return switch (error) {
            case "access_denied" ->
                new LivemeterException(
                        "account.denied",
                        "Nothing was connected, for the access to " + name
                                + " was not allowed there. Begin again to allow it.");
            case "server_error", "temporarily_unavailable" ->
                unavailable(name + " cannot connect accounts just now; begin again in some minutes.");
            default ->
                refused(name + " connected nothing"
                        + (ERROR.matcher(error).matches() ? " and answered '" + error + "'" : "")
                        + ". Begin again; if that does not help, tell the operator.");
        };
    }

    static LivemeterException needsAuthorization(PlatformAccount account, @Nullable StreamProvider platform) {
        return new LivemeterException(
                "account.needs_authorization",
                "The account '" + account.identity().name() + "' on "
                        + (platform == null ? account.platform() : platform.displayName())
                        + " must be connected again."
                        + (account.detail().isEmpty() ? "" : " " + account.detail()));
    }
}

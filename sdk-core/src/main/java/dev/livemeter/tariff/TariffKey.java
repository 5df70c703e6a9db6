package dev.livemeter.tariff;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import org.jspecify.annotations.Nullable;

/**
 * What a tariff is for: a service, in general or for one user.
 *
 * @param user whose price it is: of {@link Service#RELAY} the artist who pays, else the broadcaster who is paid; null for all who have none of
 *     their own
 */
public record TariffKey(Service service, @Nullable UserId user) {

    /** The price of a service for all who have none of their own. */
    public static TariffKey of(Service service) {
        return new TariffKey(service, null);
    }

    /** The price of a service for one user. */
    public static TariffKey of(Service service, UserId user) {
        return new TariffKey(service, user);
    }

    /**
     * Reads what {@link #notation} wrote.
     *
     * @throws LivemeterException {@code tariff.malformed_key}; {@code user.malformed}
     */
    public static TariffKey parse(String notation) {
        for (var service : Service.values()) {
            if (notation.equals(service.notation())) {
                return of(service);
            }
            if (notation.startsWith(service.notation() + "/")) {
                return of(
                        service, UserId.of(notation.substring(service.notation().length() + 1)));
            }
        }
        throw new LivemeterException(
                "tariff.malformed_key",
                "The key of a tariff, of " + notation.length()
                        + " characters, names no service; expected relay, call or call.spectator, alone or with /USER.");
    }

    /** The key of the price for all; itself if it is one. */
    public TariffKey forAll() {
        return user == null ? this : of(service);
    }

    /** {@code relay}, {@code call} or {@code call.spectator}, alone or followed by a slash and the user; at most 79 characters. */
    public String notation() {
        return user == null ? service.notation() : service.notation() + "/" + user;
    }

    @Override
    public String toString() {
        return notation();
    }
}

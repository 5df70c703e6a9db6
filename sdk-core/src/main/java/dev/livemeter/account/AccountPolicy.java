package dev.livemeter.account;

import dev.livemeter.config.ConfigurationException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The rules for connecting accounts. Immutable.
 *
 * @param redirects the host's own pages that a platform may send people back to, letter by letter; none means that accounts are connected by devices alone
 * @param connectWithin how long somebody may take on the platform's page
 */
public record AccountPolicy(Set<URI> redirects, Duration connectWithin) {

    private static final Duration CONNECT_WITHIN = Duration.ofMinutes(10);
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /**
     * Rules.
     *
     * @throws ConfigurationException with all that is wrong
     */
    public AccountPolicy {
        redirects = Set.copyOf(redirects);
        var faults = new ArrayList<String>();
        redirects.stream()
                .filter(redirect -> !isFit(redirect))
                .sorted()
                .forEach(redirect -> faults.add("The page "
                        + redirect
                        + " cannot be one that people come back to with an account; expected an address that begins with"
                        + " https://, or with http:// for this machine itself, without user and fragment."));
        if (connectWithin.compareTo(Duration.ofMinutes(1)) < 0 || connectWithin.compareTo(Duration.ofHours(1)) > 0) {
            faults.add("The time to connect an account is " + connectWithin.toSeconds()
                    + " seconds; expected a minute to an hour.");
        }
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    /** No pages, ten minutes. */
    public static AccountPolicy defaults() {
        return new AccountPolicy(Set.of(), CONNECT_WITHIN);
    }

    /**
     * Those pages, ten minutes.
     *
     * @throws ConfigurationException with all that is wrong
     */
    public static AccountPolicy returningTo(String... pages) {
        var redirects = new LinkedHashSet<URI>();
        for (var page : pages) {
            try {
                redirects.add(URI.create(page));
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException(
                        List.of(
                                "The page '" + page
                                        + "' that people come back to with an account is no URL; write it like https://host/accounts."));
            }
        }
        return new AccountPolicy(redirects, CONNECT_WITHIN);
    }

    private static boolean isFit(URI page) {
        var host = page.getHost();
        return host != null
                && page.getRawUserInfo() == null
                && page.getRawFragment() == null
                && ("https".equals(page.getScheme()) || ("http".equals(page.getScheme()) && LOOPBACK.contains(host)));
    }
}

package dev.livemeter.http;

import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where a platform sends people back to when they connected an account: sends their browser on to a page of the host, with what came back behind the {@code #}. That page hands it to
 * {@code POST /accounts/complete}. It needs no login, for a browser may keep its cookies to itself when it comes from elsewhere; and what stands behind {@code #} appears in no log of a server.
 *
 * <p>Mounted at a path whose address is one of {@link dev.livemeter.account.AccountPolicy#redirects}. Thread-safe.
 */
public final class AccountReturn implements WebHandler {

    /** All that RFC 6749 lets come back, but for descriptions that anybody could have written. */
    private static final List<String> PARAMETERS = List.of("state", "code", "error");

    private static final int LONGEST = 4096;

    private final String page;

    private AccountReturn(String page) {
        this.page = page;
    }

    /**
     * Sends people on to that page.
     *
     * @param page of the same site, such as {@code /accounts.html}
     */
    public static AccountReturn to(String page) {
        if (!page.startsWith("/")
                || page.startsWith("//")
                || page.contains("#")
                || page.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException("The page '" + page
                    + "' to send people on to is not one of this site; write it like /accounts.html, without #.");
        }
        return new AccountReturn(page);
    }

    @Override
    public WebResponse handle(WebRequest request) {
        if (!request.method().equals("GET")) {
            return Problem.of(405, "request.wrong_method", "Browsers come here with GET.")
                    .with("Allow", "GET")
                    .toResponse();
        }
        var fragment = new StringBuilder();
        for (var name : PARAMETERS) {
            request.parameter(name)
                    .filter(value -> value.length() <= LONGEST)
                    .ifPresent(value -> fragment.append(fragment.isEmpty() ? "" : "&")
                            .append(name)
                            .append('=')
                            .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        }
        return SecurityHeaders.on(WebResponse.empty(303).with("Location", page + "#" + fragment));
    }
}

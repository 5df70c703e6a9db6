package dev.livemeter.http;

import dev.livemeter.web.WebRequest;
import java.util.Optional;

/**
 * The host application's own login: says who makes a request, by its cookie, its token, whatever the host uses. Called for every request,
 * concurrently; may block. What it throws becomes a 500 without detail.
 */
@FunctionalInterface
public interface Authenticator {

    /** The caller, or empty where nobody is signed in. */
    Optional<Caller> authenticate(WebRequest request);
}

package dev.livemeter.account;

import dev.livemeter.secret.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/**
 * What a person needs to connect an account with a device that has a browser, for a host that has none.
 *
 * @param handle names this connection to {@link Accounts#pollDevice}; for its user alone
 * @param userCode what the person enters
 * @param page where they enter it
 * @param interval how long to wait before the first question, and between two of them
 * @param endsAt until when they can
 */
public record DeviceCode(Secret handle, String userCode, URI page, Duration interval, Instant endsAt) {}

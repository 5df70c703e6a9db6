package dev.livemeter.session;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Share;

/**
 * Who earns from a session, and how much of it. Fixed when the session opens.
 *
 * @param share of everything that the session is charged, cumulated and rounded down once; the operator keeps the rest
 */
public record Payee(UserId user, Share share) {}

/**
 * How platforms are talked to: one HTTP client with time-outs, retries, budgets and redacted logs, and OAuth 2.0 on top of it. What differs between platforms
 * stands in a {@link dev.livemeter.platforms.http.Dialect}. Not exported.
 */
@NullMarked
package dev.livemeter.platforms.http;

import org.jspecify.annotations.NullMarked;

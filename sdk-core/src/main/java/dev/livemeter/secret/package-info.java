/** Secrets that redact themselves, and their encryption at rest. */
@NullMarked
package dev.livemeter.secret;

import org.jspecify.annotations.NullMarked;

/**
 * Metered sessions, the heart of Livemeter: opened against a hold, charged for exactly what was delivered, cut when the paid
 * time ends.
 */
@NullMarked
package dev.livemeter.session;

import org.jspecify.annotations.NullMarked;

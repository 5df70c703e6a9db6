/**
 * Plays a small world of payers, streams, nodes and faults from one seed, and checks after every step that the books and the sessions are what
 * a simple model says. A host or a store runs it on its own stores.
 */
@NullMarked
package dev.livemeter.testing.simulation;

import org.jspecify.annotations.NullMarked;

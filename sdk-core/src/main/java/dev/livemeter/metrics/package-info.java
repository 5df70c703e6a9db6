/** What parts of Livemeter count, in words of no library; adapters hand it to a registry. */
@NullMarked
package dev.livemeter.metrics;

import org.jspecify.annotations.NullMarked;

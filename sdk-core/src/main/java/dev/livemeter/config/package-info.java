/** Settings, read by type at the edge, with all faults told together. */
@NullMarked
package dev.livemeter.config;

import org.jspecify.annotations.NullMarked;

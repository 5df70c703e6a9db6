/** What the nodes of one application say to each other, by subject. For Livemeter itself; not exported. */
@NullMarked
package dev.livemeter.node;

import org.jspecify.annotations.NullMarked;

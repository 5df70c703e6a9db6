/** Who somebody is, in the words of the host application. */
@NullMarked
package dev.livemeter.identity;

import org.jspecify.annotations.NullMarked;

/**
 * The studio: a small web application around Livemeter, to try it and to read. {@link dev.livemeter.studio.Studio} is its main
 * class.
 */
@NullMarked
package dev.livemeter.studio;

import org.jspecify.annotations.NullMarked;

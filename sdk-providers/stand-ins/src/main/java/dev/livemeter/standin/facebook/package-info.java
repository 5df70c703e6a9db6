/** A stand-in for Facebook Login and the parts of the Graph API that live videos need. */
@NullMarked
package dev.livemeter.standin.facebook;

import org.jspecify.annotations.NullMarked;

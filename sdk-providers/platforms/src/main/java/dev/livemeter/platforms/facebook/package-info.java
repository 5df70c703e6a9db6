/** Facebook Live by its Graph API: accounts, live videos, what is left of them. Not exported; {@link dev.livemeter.platforms.Facebook} is the way in. */
@NullMarked
package dev.livemeter.platforms.facebook;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.livemeter.http.browser;

import org.jspecify.annotations.NullMarked;

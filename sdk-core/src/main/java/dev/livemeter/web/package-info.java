/** HTTP without a server: requests, responses, and what turns one into the other. */
@NullMarked
package dev.livemeter.web;

import org.jspecify.annotations.NullMarked;

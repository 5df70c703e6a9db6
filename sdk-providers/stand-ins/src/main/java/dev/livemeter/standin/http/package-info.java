/** What all stand-ins share: a small HTTP server on loopback, pages for people, and what an nginx tells of publishers. */
@NullMarked
package dev.livemeter.standin.http;

import org.jspecify.annotations.NullMarked;

/**
 * What a person does with Livemeter, over HTTP: {@link dev.livemeter.http.LivemeterApi} answers requests and names no server. {@code
 * docs/rest.md} is its reference.
 */
@NullMarked
package dev.livemeter.http;

import org.jspecify.annotations.NullMarked;

/**
 * A stand-in for YouTube and Google's authorization server, written from what they publish: {@code contract.txt} holds the facts. It is stricter than they are where that
 * finds mistakes.
 */
@NullMarked
package dev.livemeter.standin.youtube;

import org.jspecify.annotations.NullMarked;

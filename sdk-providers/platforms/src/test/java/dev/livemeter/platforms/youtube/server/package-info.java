/**
 * A stand-in for YouTube and Google's authorization server, written from what they publish: {@code contract.txt} holds the facts. It is stricter than they are where that
 * finds mistakes. Other modules start it too.
 */
package dev.livemeter.platforms.youtube.server;

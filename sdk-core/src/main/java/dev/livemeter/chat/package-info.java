/** Messages between those who watch, call or share a room: numbered, kept for a while, deleted in front of everybody. No sockets. */
@NullMarked
package dev.livemeter.chat;

import org.jspecify.annotations.NullMarked;

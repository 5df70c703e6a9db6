package dev.livemeter.chat;

import dev.livemeter.identity.PersonId;

/**
 * Who said something.
 *
 * @param name as it was shown then; plain text
 */
public record ChatAuthor(PersonId person, String name) {}

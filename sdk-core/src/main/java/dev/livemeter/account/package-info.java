/**
 * Accounts on platforms: how people connect theirs, and how providers act for them. Tokens are sealed before they reach a store, and renewed by one
 * thread for all that need them.
 */
@NullMarked
package dev.livemeter.account;

import org.jspecify.annotations.NullMarked;

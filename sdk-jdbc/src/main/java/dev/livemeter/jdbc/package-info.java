/**
 * Everything that Livemeter keeps, on SQL. Start with {@link dev.livemeter.jdbc.JdbcWallet}: one line gives a host the wallet and all
 * stores, in an embedded H2 file. {@link dev.livemeter.jdbc.JdbcStorage} is for hosts that bring another wallet.
 */
@NullMarked
package dev.livemeter.jdbc;

import org.jspecify.annotations.NullMarked;

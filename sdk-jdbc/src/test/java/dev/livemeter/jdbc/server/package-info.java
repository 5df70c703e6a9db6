/** Real database servers for tests: started, frozen, killed and started again by them, on loopback and on free ports. */
@NullMarked
package dev.livemeter.jdbc.server;

import org.jspecify.annotations.NullMarked;

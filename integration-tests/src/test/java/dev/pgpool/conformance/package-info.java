/** JDBC behaviour that must be the same on plain pgjdbc and on {@code jdbc:pgpool:} in each mode. */
@NullMarked
package dev.pgpool.conformance;

import org.jspecify.annotations.NullMarked;

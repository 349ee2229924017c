/** A real PostgreSQL for tests, examples and benchmarks, with nothing installed. */
@NullMarked
package dev.pgpool.testserver;

import org.jspecify.annotations.NullMarked;

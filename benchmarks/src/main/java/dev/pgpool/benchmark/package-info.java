/** What pooling costs and what it wins, as ratios to plain pgjdbc and to HikariCP. */
@NullMarked
package dev.pgpool.benchmark;

import org.jspecify.annotations.NullMarked;

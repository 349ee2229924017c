@NullMarked
package dev.pgpool.pool;

import org.jspecify.annotations.NullMarked;

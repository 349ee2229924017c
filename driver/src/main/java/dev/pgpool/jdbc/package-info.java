@NullMarked
package dev.pgpool.jdbc;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.pgpool.internal.sql;

import org.jspecify.annotations.NullMarked;

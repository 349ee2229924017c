@NullMarked
package dev.pgpool.jdbc.internal.forward;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.pgpool.internal.lease;

import org.jspecify.annotations.NullMarked;

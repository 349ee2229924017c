@NullMarked
package dev.pgpool.internal.physical;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.pgpool.internal.metrics;

import org.jspecify.annotations.NullMarked;

/** What is known of work whose connection broke, and what follows from it. Knows no thread, clock or I/O. */
@NullMarked
package dev.pgpool.internal.failure;

import org.jspecify.annotations.NullMarked;

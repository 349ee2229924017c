@NullMarked
package dev.pgpool.jdbc.internal.facade;

import org.jspecify.annotations.NullMarked;

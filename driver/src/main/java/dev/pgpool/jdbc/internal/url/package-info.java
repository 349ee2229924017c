@NullMarked
package dev.pgpool.jdbc.internal.url;

import org.jspecify.annotations.NullMarked;

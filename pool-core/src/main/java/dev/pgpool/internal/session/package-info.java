@NullMarked
package dev.pgpool.internal.session;

import org.jspecify.annotations.NullMarked;

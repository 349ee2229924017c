/** What Spring Boot needs to take a {@code jdbc:pgpool:} URL as it takes {@code jdbc:postgresql:}. */
@NullMarked
package dev.pgpool.jdbc.internal.spring;

import org.jspecify.annotations.NullMarked;

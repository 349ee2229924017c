/** What the shop sells, to whom, and who has paid. */
@NullMarked
package dev.pgpool.example.model;

import org.jspecify.annotations.NullMarked;

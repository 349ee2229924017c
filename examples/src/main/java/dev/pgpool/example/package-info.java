/** The main job in one command: a shop with a thousand sessions over a handful of physical connections. */
@NullMarked
package dev.pgpool.example;

import org.jspecify.annotations.NullMarked;

/** Many logical connections beside as many private sessions: nobody can tell them apart. */
package dev.pgpool.model;

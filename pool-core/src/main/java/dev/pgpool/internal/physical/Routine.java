package dev.pgpool.internal.physical;

import dev.pgpool.internal.sql.RoutineBodies;
import dev.pgpool.internal.sql.SqlTraits;
import org.jspecify.annotations.Nullable;

/**
 * A function, procedure or aggregate that isn't one of PostgreSQL's own.
 *
 * @param schema where it is
 * @param name without the schema
 * @param language as in {@code pg_language}; an aggregate is a query that calls its functions
 * @param extension that it is a member of; null if of none
 * @param body in its language
 * @param defaults the expressions for arguments left out; null if there are none
 * @param builtIn whether PostgreSQL has a function of this name too
 * @param reach which statements may run it without naming it
 * @param believed of a member of an extension, whether it is taken to do nothing but its duty where it isn't named: it is
 *     declared not to be volatile, or only other members of an extension run it
 */
record Routine(
        String schema,
        String name,
        String language,
        @Nullable String extension,
        String body,
        @Nullable String defaults,
        boolean builtIn,
        Reach reach,
        boolean believed) {

    /** What a call of it does; what the functions that it calls do isn't followed. */
    SqlTraits called() {
        SqlTraits body =
                isNative() ? KnownExtensions.called(extension, name) : RoutineBodies.traits(language, this.body);
        return defaults == null ? body : body.and(RoutineBodies.expressions(defaults));
    }

    /**
     * What it does if it is run by a statement that doesn't name it: there, members of extensions are trusted.
     *
     * @param called what a call of it does, with what the functions do that it calls
     */
    SqlTraits entered(SqlTraits called) {
        if (extension == null) {
            return called;
        }
        SqlTraits trusted = KnownExtensions.entered(extension, name);
        return believed ? trusted : trusted.withEffect(called.effect());
    }

    private boolean isNative() {
        return language.equals("c") || language.equals("internal");
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}

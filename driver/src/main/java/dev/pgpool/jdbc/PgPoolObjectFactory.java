package dev.pgpool.jdbc;

import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.Reference;
import javax.naming.spi.ObjectFactory;
import org.jspecify.annotations.Nullable;

/** Makes data sources of what {@link PgPoolDataSource#getReference} tells of them, for JNDI. Opens no connection. */
public final class PgPoolObjectFactory implements ObjectFactory {
    /** A new data source, which shares the pool of the others of the same values; null for references to other classes. */
    @Override
    public @Nullable Object getObjectInstance(
            @Nullable Object object,
            @Nullable Name name,
            @Nullable Context context,
            @Nullable Hashtable<?, ?> environment) {
        return object instanceof Reference reference
                        && PgPoolDataSource.class.getName().equals(reference.getClassName())
                ? PgPoolDataSource.of(reference)
                : null;
    }
}

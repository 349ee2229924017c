package dev.pgpool.internal.physical;

import dev.pgpool.internal.session.Parameters;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Oid;
import org.postgresql.jdbc.TypeInfoCache;
import org.postgresql.util.PGobject;

/**
 * What pgjdbc knows of the server's types, where the sessions that use a connection one after the other may mean different
 * types by the same name: their search paths differ, or the roles that these name.
 *
 * <p>What a type is that a result names by its number is the same for all, and stays known after the lease. Only which type
 * a name means is remembered for each way to look it up.
 *
 * <p>It is a {@link TypeInfoCache} because pgjdbc's metadata asks for one, but what it inherits is used for nothing: there, a
 * name that a result has told would be looked up as one of the session at hand.
 *
 * <p>Questions by number are safe for use by many threads; those by name are for whoever holds the lease.
 */
final class TypeNames extends TypeInfoCache {
    /** So many search paths are remembered; a name of another one costs a round trip. */
    private static final int MOST_SCOPES = 256;

    private final BaseConnection connection;
    private final int unknownLength;
    private final TypeInfoCache byNumber;
    /** What pgjdbc knows without asking; these names mean the same to all. */
    private final Set<String> core = new HashSet<>();

    private final Map<Parameters, Map<String, Integer>> scopes = new LinkedHashMap<>(4, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Parameters, Map<String, Integer>> eldest) {
            return size() > MOST_SCOPES;
        }
    };

    private @Nullable Parameters scope = Parameters.NONE;
    private Map<String, Integer> names = new HashMap<>(0);

    /** Whether the constructor of the class above, which calls {@link #addCoreType}, is over. */
    private boolean made;

    TypeNames(BaseConnection connection, int unknownLength) {
        super(connection, unknownLength);
        this.connection = connection;
        this.unknownLength = unknownLength;
        this.byNumber = new TypeInfoCache(connection, unknownLength);
        byNumber.getPGTypeNamesWithSQLTypes().forEachRemaining(core::add);
        scopes.put(Parameters.NONE, names);
        made = true;
    }

    @Override
    public void cacheSQLTypes() throws SQLException {
        byNumber.cacheSQLTypes();
    }

    /** Names mean from now on what they mean where these decide; see {@link dev.pgpool.internal.sql.MeaningSettings#OF_NAMES}. */
    void lookUpBy(Parameters naming) {
        if (naming != scope && !naming.equals(scope)) {
            scope = naming;
            names = scopes.computeIfAbsent(naming, unknown -> new HashMap<>(0));
        }
    }

    /** Nobody knows what names mean until the next {@link #lookUpBy}: what is learned now is forgotten then. */
    void lookUpAnew() {
        scope = null;
        names = new HashMap<>(0);
    }

    @Override
    public int getPGType(@Nullable String name) throws SQLException {
        if (name == null) {
            return Oid.UNSPECIFIED;
        }
        if (core.contains(name)) {
            return byNumber.getPGType(name);
        }
        Integer known = names.get(name);
        if (known != null) {
            return known;
        }
        // One that has seen nothing yet; it asks the server.
        int oid = new TypeInfoCache(connection, unknownLength).getPGType(name);
        if (oid != Oid.UNSPECIFIED) {
            names.put(name, oid);
        }
        return oid;
    }

    @Override
    public int getPGArrayType(String elementType) throws SQLException {
        return getPGType(getTypeForAlias(elementType) + "[]");
    }

    @Override
    public void addCoreType(String name, Integer oid, Integer sqlType, String javaClass, Integer arrayOid) {
        if (made) {
            byNumber.addCoreType(name, oid, sqlType, javaClass, arrayOid);
            core.add(name);
        }
    }

    @Override
    public void addDataType(String type, Class<? extends PGobject> javaClass) throws SQLException {
        byNumber.addDataType(type, javaClass);
    }

    @Override
    public int getSQLType(int oid) throws SQLException {
        return byNumber.getSQLType(oid);
    }

    /** Of a type that was told by its number before, when a result is read; so not by what its name means now. */
    @Override
    public int getSQLType(String name) throws SQLException {
        return byNumber.getSQLType(name);
    }

    @Override
    public int getJavaArrayType(String className) throws SQLException {
        return byNumber.getJavaArrayType(className);
    }

    @Override
    public @Nullable String getPGType(int oid) throws SQLException {
        return byNumber.getPGType(oid);
    }

    @Override
    public int getPGArrayElement(int oid) throws SQLException {
        return byNumber.getPGArrayElement(oid);
    }

    @Override
    public char getArrayDelimiter(int oid) throws SQLException {
        return byNumber.getArrayDelimiter(oid);
    }

    @Override
    public Iterator<String> getPGTypeNamesWithSQLTypes() {
        return byNumber.getPGTypeNamesWithSQLTypes();
    }

    @Override
    public Iterator<Integer> getPGTypeOidsWithSQLTypes() {
        return byNumber.getPGTypeOidsWithSQLTypes();
    }

    @Override
    public @Nullable Class<? extends PGobject> getPGobject(String type) {
        return byNumber.getPGobject(type);
    }

    @Override
    public @Nullable String getJavaClass(int oid) throws SQLException {
        return byNumber.getJavaClass(oid);
    }

    @Override
    public @Nullable String getTypeForAlias(@Nullable String alias) {
        return byNumber.getTypeForAlias(alias);
    }

    @Override
    public int getPrecision(int oid, int modifier) {
        return byNumber.getPrecision(oid, modifier);
    }

    @Override
    public int getScale(int oid, int modifier) {
        return byNumber.getScale(oid, modifier);
    }

    @Override
    public boolean isCaseSensitive(int oid) {
        return byNumber.isCaseSensitive(oid);
    }

    @Override
    public boolean isSigned(int oid) {
        return byNumber.isSigned(oid);
    }

    @Override
    public int getDisplaySize(int oid, int modifier) {
        return byNumber.getDisplaySize(oid, modifier);
    }

    @Override
    public int getMaximumPrecision(int oid) {
        return byNumber.getMaximumPrecision(oid);
    }

    @Override
    public boolean requiresQuoting(int oid) throws SQLException {
        return byNumber.requiresQuoting(oid);
    }

    @Override
    public boolean requiresQuotingSqlType(int sqlType) throws SQLException {
        return byNumber.requiresQuotingSqlType(sqlType);
    }

    @Override
    public int longOidToInt(long oid) throws SQLException {
        return byNumber.longOidToInt(oid);
    }

    @Override
    public long intOidToLong(int oid) {
        return byNumber.intOidToLong(oid);
    }
}

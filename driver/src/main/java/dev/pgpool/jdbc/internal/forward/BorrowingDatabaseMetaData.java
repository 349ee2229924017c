package dev.pgpool.jdbc.internal.forward;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.RowIdLifetime;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks somebody else's metadata for every answer: facts of the server or driver by {@link #fact}, the rest by
 * {@link #ask} and {@link #rows}.
 */
public abstract class BorrowingDatabaseMetaData implements DatabaseMetaData {

    /** A question to the metadata of a physical connection. */
    @FunctionalInterface
    public interface Question<T> {
        T ask(DatabaseMetaData metaData) throws SQLException;
    }

    /** Answers what is the same for every connection to this database. */
    protected abstract <T> T fact(String name, Question<T> question) throws SQLException;

    /** Answers what may differ between connections, or depends on arguments. */
    protected abstract <T> T ask(Question<T> question) throws SQLException;

    /** Answers with rows. */
    protected abstract ResultSet rows(Question<ResultSet> question) throws SQLException;

    @Override
    public boolean allProceduresAreCallable() throws SQLException {
        return fact("metadata.allProceduresAreCallable", m -> m.allProceduresAreCallable());
    }

    @Override
    public boolean allTablesAreSelectable() throws SQLException {
        return fact("metadata.allTablesAreSelectable", m -> m.allTablesAreSelectable());
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        return fact("metadata.isReadOnly", m -> m.isReadOnly());
    }

    @Override
    public boolean nullsAreSortedHigh() throws SQLException {
        return fact("metadata.nullsAreSortedHigh", m -> m.nullsAreSortedHigh());
    }

    @Override
    public boolean nullsAreSortedLow() throws SQLException {
        return fact("metadata.nullsAreSortedLow", m -> m.nullsAreSortedLow());
    }

    @Override
    public boolean nullsAreSortedAtStart() throws SQLException {
        return fact("metadata.nullsAreSortedAtStart", m -> m.nullsAreSortedAtStart());
    }

    @Override
    public boolean nullsAreSortedAtEnd() throws SQLException {
        return fact("metadata.nullsAreSortedAtEnd", m -> m.nullsAreSortedAtEnd());
    }

    @Override
    public String getDatabaseProductName() throws SQLException {
        return fact("metadata.getDatabaseProductName", m -> m.getDatabaseProductName());
    }

    @Override
    public String getDatabaseProductVersion() throws SQLException {
        return fact("metadata.getDatabaseProductVersion", m -> m.getDatabaseProductVersion());
    }

    @Override
    public String getDriverName() throws SQLException {
        return fact("metadata.getDriverName", m -> m.getDriverName());
    }

    @Override
    public String getDriverVersion() throws SQLException {
        return fact("metadata.getDriverVersion", m -> m.getDriverVersion());
    }

    @Override
    public boolean usesLocalFiles() throws SQLException {
        return fact("metadata.usesLocalFiles", m -> m.usesLocalFiles());
    }

    @Override
    public boolean usesLocalFilePerTable() throws SQLException {
        return fact("metadata.usesLocalFilePerTable", m -> m.usesLocalFilePerTable());
    }

    @Override
    public boolean supportsMixedCaseIdentifiers() throws SQLException {
        return fact("metadata.supportsMixedCaseIdentifiers", m -> m.supportsMixedCaseIdentifiers());
    }

    @Override
    public boolean storesUpperCaseIdentifiers() throws SQLException {
        return fact("metadata.storesUpperCaseIdentifiers", m -> m.storesUpperCaseIdentifiers());
    }

    @Override
    public boolean storesLowerCaseIdentifiers() throws SQLException {
        return fact("metadata.storesLowerCaseIdentifiers", m -> m.storesLowerCaseIdentifiers());
    }

    @Override
    public boolean storesMixedCaseIdentifiers() throws SQLException {
        return fact("metadata.storesMixedCaseIdentifiers", m -> m.storesMixedCaseIdentifiers());
    }

    @Override
    public boolean supportsMixedCaseQuotedIdentifiers() throws SQLException {
        return fact("metadata.supportsMixedCaseQuotedIdentifiers", m -> m.supportsMixedCaseQuotedIdentifiers());
    }

    @Override
    public boolean storesUpperCaseQuotedIdentifiers() throws SQLException {
        return fact("metadata.storesUpperCaseQuotedIdentifiers", m -> m.storesUpperCaseQuotedIdentifiers());
    }

    @Override
    public boolean storesLowerCaseQuotedIdentifiers() throws SQLException {
        return fact("metadata.storesLowerCaseQuotedIdentifiers", m -> m.storesLowerCaseQuotedIdentifiers());
    }

    @Override
    public boolean storesMixedCaseQuotedIdentifiers() throws SQLException {
        return fact("metadata.storesMixedCaseQuotedIdentifiers", m -> m.storesMixedCaseQuotedIdentifiers());
    }

    @Override
    public String getIdentifierQuoteString() throws SQLException {
        return fact("metadata.getIdentifierQuoteString", m -> m.getIdentifierQuoteString());
    }

    @Override
    public String getSQLKeywords() throws SQLException {
        return fact("metadata.getSQLKeywords", m -> m.getSQLKeywords());
    }

    @Override
    public String getNumericFunctions() throws SQLException {
        return fact("metadata.getNumericFunctions", m -> m.getNumericFunctions());
    }

    @Override
    public String getStringFunctions() throws SQLException {
        return fact("metadata.getStringFunctions", m -> m.getStringFunctions());
    }

    @Override
    public String getSystemFunctions() throws SQLException {
        return fact("metadata.getSystemFunctions", m -> m.getSystemFunctions());
    }

    @Override
    public String getTimeDateFunctions() throws SQLException {
        return fact("metadata.getTimeDateFunctions", m -> m.getTimeDateFunctions());
    }

    @Override
    public String getSearchStringEscape() throws SQLException {
        return fact("metadata.getSearchStringEscape", m -> m.getSearchStringEscape());
    }

    @Override
    public String getExtraNameCharacters() throws SQLException {
        return fact("metadata.getExtraNameCharacters", m -> m.getExtraNameCharacters());
    }

    @Override
    public boolean supportsAlterTableWithAddColumn() throws SQLException {
        return fact("metadata.supportsAlterTableWithAddColumn", m -> m.supportsAlterTableWithAddColumn());
    }

    @Override
    public boolean supportsAlterTableWithDropColumn() throws SQLException {
        return fact("metadata.supportsAlterTableWithDropColumn", m -> m.supportsAlterTableWithDropColumn());
    }

    @Override
    public boolean supportsColumnAliasing() throws SQLException {
        return fact("metadata.supportsColumnAliasing", m -> m.supportsColumnAliasing());
    }

    @Override
    public boolean nullPlusNonNullIsNull() throws SQLException {
        return fact("metadata.nullPlusNonNullIsNull", m -> m.nullPlusNonNullIsNull());
    }

    @Override
    public boolean supportsConvert() throws SQLException {
        return fact("metadata.supportsConvert", m -> m.supportsConvert());
    }

    @Override
    public boolean supportsConvert(int fromType, int toType) throws SQLException {
        return ask(m -> m.supportsConvert(fromType, toType));
    }

    @Override
    public boolean supportsTableCorrelationNames() throws SQLException {
        return fact("metadata.supportsTableCorrelationNames", m -> m.supportsTableCorrelationNames());
    }

    @Override
    public boolean supportsDifferentTableCorrelationNames() throws SQLException {
        return fact("metadata.supportsDifferentTableCorrelationNames", m -> m.supportsDifferentTableCorrelationNames());
    }

    @Override
    public boolean supportsExpressionsInOrderBy() throws SQLException {
        return fact("metadata.supportsExpressionsInOrderBy", m -> m.supportsExpressionsInOrderBy());
    }

    @Override
    public boolean supportsOrderByUnrelated() throws SQLException {
        return fact("metadata.supportsOrderByUnrelated", m -> m.supportsOrderByUnrelated());
    }

    @Override
    public boolean supportsGroupBy() throws SQLException {
        return fact("metadata.supportsGroupBy", m -> m.supportsGroupBy());
    }

    @Override
    public boolean supportsGroupByUnrelated() throws SQLException {
        return fact("metadata.supportsGroupByUnrelated", m -> m.supportsGroupByUnrelated());
    }

    @Override
    public boolean supportsGroupByBeyondSelect() throws SQLException {
        return fact("metadata.supportsGroupByBeyondSelect", m -> m.supportsGroupByBeyondSelect());
    }

    @Override
    public boolean supportsLikeEscapeClause() throws SQLException {
        return fact("metadata.supportsLikeEscapeClause", m -> m.supportsLikeEscapeClause());
    }

    @Override
    public boolean supportsMultipleResultSets() throws SQLException {
        return fact("metadata.supportsMultipleResultSets", m -> m.supportsMultipleResultSets());
    }

    @Override
    public boolean supportsMultipleTransactions() throws SQLException {
        return fact("metadata.supportsMultipleTransactions", m -> m.supportsMultipleTransactions());
    }

    @Override
    public boolean supportsNonNullableColumns() throws SQLException {
        return fact("metadata.supportsNonNullableColumns", m -> m.supportsNonNullableColumns());
    }

    @Override
    public boolean supportsMinimumSQLGrammar() throws SQLException {
        return fact("metadata.supportsMinimumSQLGrammar", m -> m.supportsMinimumSQLGrammar());
    }

    @Override
    public boolean supportsCoreSQLGrammar() throws SQLException {
        return fact("metadata.supportsCoreSQLGrammar", m -> m.supportsCoreSQLGrammar());
    }

    @Override
    public boolean supportsExtendedSQLGrammar() throws SQLException {
        return fact("metadata.supportsExtendedSQLGrammar", m -> m.supportsExtendedSQLGrammar());
    }

    @Override
    public boolean supportsANSI92EntryLevelSQL() throws SQLException {
        return fact("metadata.supportsANSI92EntryLevelSQL", m -> m.supportsANSI92EntryLevelSQL());
    }

    @Override
    public boolean supportsANSI92IntermediateSQL() throws SQLException {
        return fact("metadata.supportsANSI92IntermediateSQL", m -> m.supportsANSI92IntermediateSQL());
    }

    @Override
    public boolean supportsANSI92FullSQL() throws SQLException {
        return fact("metadata.supportsANSI92FullSQL", m -> m.supportsANSI92FullSQL());
    }

    @Override
    public boolean supportsIntegrityEnhancementFacility() throws SQLException {
        return fact("metadata.supportsIntegrityEnhancementFacility", m -> m.supportsIntegrityEnhancementFacility());
    }

    @Override
    public boolean supportsOuterJoins() throws SQLException {
        return fact("metadata.supportsOuterJoins", m -> m.supportsOuterJoins());
    }

    @Override
    public boolean supportsFullOuterJoins() throws SQLException {
        return fact("metadata.supportsFullOuterJoins", m -> m.supportsFullOuterJoins());
    }

    @Override
    public boolean supportsLimitedOuterJoins() throws SQLException {
        return fact("metadata.supportsLimitedOuterJoins", m -> m.supportsLimitedOuterJoins());
    }

    @Override
    public String getSchemaTerm() throws SQLException {
        return fact("metadata.getSchemaTerm", m -> m.getSchemaTerm());
    }

    @Override
    public String getProcedureTerm() throws SQLException {
        return fact("metadata.getProcedureTerm", m -> m.getProcedureTerm());
    }

    @Override
    public String getCatalogTerm() throws SQLException {
        return fact("metadata.getCatalogTerm", m -> m.getCatalogTerm());
    }

    @Override
    public boolean isCatalogAtStart() throws SQLException {
        return fact("metadata.isCatalogAtStart", m -> m.isCatalogAtStart());
    }

    @Override
    public String getCatalogSeparator() throws SQLException {
        return fact("metadata.getCatalogSeparator", m -> m.getCatalogSeparator());
    }

    @Override
    public boolean supportsSchemasInDataManipulation() throws SQLException {
        return fact("metadata.supportsSchemasInDataManipulation", m -> m.supportsSchemasInDataManipulation());
    }

    @Override
    public boolean supportsSchemasInProcedureCalls() throws SQLException {
        return fact("metadata.supportsSchemasInProcedureCalls", m -> m.supportsSchemasInProcedureCalls());
    }

    @Override
    public boolean supportsSchemasInTableDefinitions() throws SQLException {
        return fact("metadata.supportsSchemasInTableDefinitions", m -> m.supportsSchemasInTableDefinitions());
    }

    @Override
    public boolean supportsSchemasInIndexDefinitions() throws SQLException {
        return fact("metadata.supportsSchemasInIndexDefinitions", m -> m.supportsSchemasInIndexDefinitions());
    }

    @Override
    public boolean supportsSchemasInPrivilegeDefinitions() throws SQLException {
        return fact("metadata.supportsSchemasInPrivilegeDefinitions", m -> m.supportsSchemasInPrivilegeDefinitions());
    }

    @Override
    public boolean supportsCatalogsInDataManipulation() throws SQLException {
        return fact("metadata.supportsCatalogsInDataManipulation", m -> m.supportsCatalogsInDataManipulation());
    }

    @Override
    public boolean supportsCatalogsInProcedureCalls() throws SQLException {
        return fact("metadata.supportsCatalogsInProcedureCalls", m -> m.supportsCatalogsInProcedureCalls());
    }

    @Override
    public boolean supportsCatalogsInTableDefinitions() throws SQLException {
        return fact("metadata.supportsCatalogsInTableDefinitions", m -> m.supportsCatalogsInTableDefinitions());
    }

    @Override
    public boolean supportsCatalogsInIndexDefinitions() throws SQLException {
        return fact("metadata.supportsCatalogsInIndexDefinitions", m -> m.supportsCatalogsInIndexDefinitions());
    }

    @Override
    public boolean supportsCatalogsInPrivilegeDefinitions() throws SQLException {
        return fact("metadata.supportsCatalogsInPrivilegeDefinitions", m -> m.supportsCatalogsInPrivilegeDefinitions());
    }

    @Override
    public boolean supportsPositionedDelete() throws SQLException {
        return fact("metadata.supportsPositionedDelete", m -> m.supportsPositionedDelete());
    }

    @Override
    public boolean supportsPositionedUpdate() throws SQLException {
        return fact("metadata.supportsPositionedUpdate", m -> m.supportsPositionedUpdate());
    }

    @Override
    public boolean supportsSelectForUpdate() throws SQLException {
        return fact("metadata.supportsSelectForUpdate", m -> m.supportsSelectForUpdate());
    }

    @Override
    public boolean supportsStoredProcedures() throws SQLException {
        return fact("metadata.supportsStoredProcedures", m -> m.supportsStoredProcedures());
    }

    @Override
    public boolean supportsSubqueriesInComparisons() throws SQLException {
        return fact("metadata.supportsSubqueriesInComparisons", m -> m.supportsSubqueriesInComparisons());
    }

    @Override
    public boolean supportsSubqueriesInExists() throws SQLException {
        return fact("metadata.supportsSubqueriesInExists", m -> m.supportsSubqueriesInExists());
    }

    @Override
    public boolean supportsSubqueriesInIns() throws SQLException {
        return fact("metadata.supportsSubqueriesInIns", m -> m.supportsSubqueriesInIns());
    }

    @Override
    public boolean supportsSubqueriesInQuantifieds() throws SQLException {
        return fact("metadata.supportsSubqueriesInQuantifieds", m -> m.supportsSubqueriesInQuantifieds());
    }

    @Override
    public boolean supportsCorrelatedSubqueries() throws SQLException {
        return fact("metadata.supportsCorrelatedSubqueries", m -> m.supportsCorrelatedSubqueries());
    }

    @Override
    public boolean supportsUnion() throws SQLException {
        return fact("metadata.supportsUnion", m -> m.supportsUnion());
    }

    @Override
    public boolean supportsUnionAll() throws SQLException {
        return fact("metadata.supportsUnionAll", m -> m.supportsUnionAll());
    }

    @Override
    public boolean supportsOpenCursorsAcrossCommit() throws SQLException {
        return fact("metadata.supportsOpenCursorsAcrossCommit", m -> m.supportsOpenCursorsAcrossCommit());
    }

    @Override
    public boolean supportsOpenCursorsAcrossRollback() throws SQLException {
        return fact("metadata.supportsOpenCursorsAcrossRollback", m -> m.supportsOpenCursorsAcrossRollback());
    }

    @Override
    public boolean supportsOpenStatementsAcrossCommit() throws SQLException {
        return fact("metadata.supportsOpenStatementsAcrossCommit", m -> m.supportsOpenStatementsAcrossCommit());
    }

    @Override
    public boolean supportsOpenStatementsAcrossRollback() throws SQLException {
        return fact("metadata.supportsOpenStatementsAcrossRollback", m -> m.supportsOpenStatementsAcrossRollback());
    }

    @Override
    public int getMaxBinaryLiteralLength() throws SQLException {
        return fact("metadata.getMaxBinaryLiteralLength", m -> m.getMaxBinaryLiteralLength());
    }

    @Override
    public int getMaxCharLiteralLength() throws SQLException {
        return fact("metadata.getMaxCharLiteralLength", m -> m.getMaxCharLiteralLength());
    }

    @Override
    public int getMaxColumnNameLength() throws SQLException {
        return fact("metadata.getMaxColumnNameLength", m -> m.getMaxColumnNameLength());
    }

    @Override
    public int getMaxColumnsInGroupBy() throws SQLException {
        return fact("metadata.getMaxColumnsInGroupBy", m -> m.getMaxColumnsInGroupBy());
    }

    @Override
    public int getMaxColumnsInIndex() throws SQLException {
        return fact("metadata.getMaxColumnsInIndex", m -> m.getMaxColumnsInIndex());
    }

    @Override
    public int getMaxColumnsInOrderBy() throws SQLException {
        return fact("metadata.getMaxColumnsInOrderBy", m -> m.getMaxColumnsInOrderBy());
    }

    @Override
    public int getMaxColumnsInSelect() throws SQLException {
        return fact("metadata.getMaxColumnsInSelect", m -> m.getMaxColumnsInSelect());
    }

    @Override
    public int getMaxColumnsInTable() throws SQLException {
        return fact("metadata.getMaxColumnsInTable", m -> m.getMaxColumnsInTable());
    }

    @Override
    public int getMaxConnections() throws SQLException {
        return fact("metadata.getMaxConnections", m -> m.getMaxConnections());
    }

    @Override
    public int getMaxCursorNameLength() throws SQLException {
        return fact("metadata.getMaxCursorNameLength", m -> m.getMaxCursorNameLength());
    }

    @Override
    public int getMaxIndexLength() throws SQLException {
        return fact("metadata.getMaxIndexLength", m -> m.getMaxIndexLength());
    }

    @Override
    public int getMaxSchemaNameLength() throws SQLException {
        return fact("metadata.getMaxSchemaNameLength", m -> m.getMaxSchemaNameLength());
    }

    @Override
    public int getMaxProcedureNameLength() throws SQLException {
        return fact("metadata.getMaxProcedureNameLength", m -> m.getMaxProcedureNameLength());
    }

    @Override
    public int getMaxCatalogNameLength() throws SQLException {
        return fact("metadata.getMaxCatalogNameLength", m -> m.getMaxCatalogNameLength());
    }

    @Override
    public int getMaxRowSize() throws SQLException {
        return fact("metadata.getMaxRowSize", m -> m.getMaxRowSize());
    }

    @Override
    public boolean doesMaxRowSizeIncludeBlobs() throws SQLException {
        return fact("metadata.doesMaxRowSizeIncludeBlobs", m -> m.doesMaxRowSizeIncludeBlobs());
    }

    @Override
    public int getMaxStatementLength() throws SQLException {
        return fact("metadata.getMaxStatementLength", m -> m.getMaxStatementLength());
    }

    @Override
    public int getMaxStatements() throws SQLException {
        return fact("metadata.getMaxStatements", m -> m.getMaxStatements());
    }

    @Override
    public int getMaxTableNameLength() throws SQLException {
        return fact("metadata.getMaxTableNameLength", m -> m.getMaxTableNameLength());
    }

    @Override
    public int getMaxTablesInSelect() throws SQLException {
        return fact("metadata.getMaxTablesInSelect", m -> m.getMaxTablesInSelect());
    }

    @Override
    public int getMaxUserNameLength() throws SQLException {
        return fact("metadata.getMaxUserNameLength", m -> m.getMaxUserNameLength());
    }

    @Override
    public int getDefaultTransactionIsolation() throws SQLException {
        return ask(m -> m.getDefaultTransactionIsolation());
    }

    @Override
    public boolean supportsTransactions() throws SQLException {
        return fact("metadata.supportsTransactions", m -> m.supportsTransactions());
    }

    @Override
    public boolean supportsTransactionIsolationLevel(int level) throws SQLException {
        return ask(m -> m.supportsTransactionIsolationLevel(level));
    }

    @Override
    public boolean supportsDataDefinitionAndDataManipulationTransactions() throws SQLException {
        return fact(
                "metadata.supportsDataDefinitionAndDataManipulationTransactions",
                m -> m.supportsDataDefinitionAndDataManipulationTransactions());
    }

    @Override
    public boolean supportsDataManipulationTransactionsOnly() throws SQLException {
        return fact(
                "metadata.supportsDataManipulationTransactionsOnly", m -> m.supportsDataManipulationTransactionsOnly());
    }

    @Override
    public boolean dataDefinitionCausesTransactionCommit() throws SQLException {
        return fact("metadata.dataDefinitionCausesTransactionCommit", m -> m.dataDefinitionCausesTransactionCommit());
    }

    @Override
    public boolean dataDefinitionIgnoredInTransactions() throws SQLException {
        return fact("metadata.dataDefinitionIgnoredInTransactions", m -> m.dataDefinitionIgnoredInTransactions());
    }

    @Override
    public ResultSet getProcedures(
            @Nullable String catalog, @Nullable String schemaPattern, @Nullable String procedureNamePattern)
            throws SQLException {
        return rows(m -> m.getProcedures(catalog, schemaPattern, procedureNamePattern));
    }

    @Override
    public ResultSet getProcedureColumns(
            @Nullable String catalog,
            @Nullable String schemaPattern,
            @Nullable String procedureNamePattern,
            @Nullable String columnNamePattern)
            throws SQLException {
        return rows(m -> m.getProcedureColumns(catalog, schemaPattern, procedureNamePattern, columnNamePattern));
    }

    @Override
    public ResultSet getTables(
            @Nullable String catalog,
            @Nullable String schemaPattern,
            @Nullable String tableNamePattern,
            String @Nullable [] types)
            throws SQLException {
        return rows(m -> m.getTables(catalog, schemaPattern, tableNamePattern, types));
    }

    @Override
    public ResultSet getSchemas() throws SQLException {
        return rows(m -> m.getSchemas());
    }

    @Override
    public ResultSet getCatalogs() throws SQLException {
        return rows(m -> m.getCatalogs());
    }

    @Override
    public ResultSet getTableTypes() throws SQLException {
        return rows(m -> m.getTableTypes());
    }

    @Override
    public ResultSet getColumns(
            @Nullable String catalog,
            @Nullable String schemaPattern,
            @Nullable String tableNamePattern,
            @Nullable String columnNamePattern)
            throws SQLException {
        return rows(m -> m.getColumns(catalog, schemaPattern, tableNamePattern, columnNamePattern));
    }

    @Override
    public ResultSet getColumnPrivileges(
            @Nullable String catalog,
            @Nullable String schema,
            @Nullable String table,
            @Nullable String columnNamePattern)
            throws SQLException {
        return rows(m -> m.getColumnPrivileges(catalog, schema, table, columnNamePattern));
    }

    @Override
    public ResultSet getTablePrivileges(
            @Nullable String catalog, @Nullable String schemaPattern, @Nullable String tableNamePattern)
            throws SQLException {
        return rows(m -> m.getTablePrivileges(catalog, schemaPattern, tableNamePattern));
    }

    @Override
    public ResultSet getBestRowIdentifier(
            @Nullable String catalog, @Nullable String schema, @Nullable String table, int scope, boolean nullable)
            throws SQLException {
        return rows(m -> m.getBestRowIdentifier(catalog, schema, table, scope, nullable));
    }

    @Override
    public ResultSet getVersionColumns(@Nullable String catalog, @Nullable String schema, @Nullable String table)
            throws SQLException {
        return rows(m -> m.getVersionColumns(catalog, schema, table));
    }

    @Override
    public ResultSet getPrimaryKeys(@Nullable String catalog, @Nullable String schema, @Nullable String table)
            throws SQLException {
        return rows(m -> m.getPrimaryKeys(catalog, schema, table));
    }

    @Override
    public ResultSet getImportedKeys(@Nullable String catalog, @Nullable String schema, @Nullable String table)
            throws SQLException {
        return rows(m -> m.getImportedKeys(catalog, schema, table));
    }

    @Override
    public ResultSet getExportedKeys(@Nullable String catalog, @Nullable String schema, @Nullable String table)
            throws SQLException {
        return rows(m -> m.getExportedKeys(catalog, schema, table));
    }

    @Override
    public ResultSet getCrossReference(
            @Nullable String parentCatalog,
            @Nullable String parentSchema,
            @Nullable String parentTable,
            @Nullable String foreignCatalog,
            @Nullable String foreignSchema,
            @Nullable String foreignTable)
            throws SQLException {
        return rows(m -> m.getCrossReference(
                parentCatalog, parentSchema, parentTable, foreignCatalog, foreignSchema, foreignTable));
    }

    @Override
    public ResultSet getTypeInfo() throws SQLException {
        return rows(m -> m.getTypeInfo());
    }

    @Override
    public ResultSet getIndexInfo(
            @Nullable String catalog,
            @Nullable String schema,
            @Nullable String table,
            boolean unique,
            boolean approximate)
            throws SQLException {
        return rows(m -> m.getIndexInfo(catalog, schema, table, unique, approximate));
    }

    @Override
    public boolean supportsResultSetType(int type) throws SQLException {
        return ask(m -> m.supportsResultSetType(type));
    }

    @Override
    public boolean supportsResultSetConcurrency(int type, int concurrency) throws SQLException {
        return ask(m -> m.supportsResultSetConcurrency(type, concurrency));
    }

    @Override
    public boolean ownUpdatesAreVisible(int type) throws SQLException {
        return ask(m -> m.ownUpdatesAreVisible(type));
    }

    @Override
    public boolean ownDeletesAreVisible(int type) throws SQLException {
        return ask(m -> m.ownDeletesAreVisible(type));
    }

    @Override
    public boolean ownInsertsAreVisible(int type) throws SQLException {
        return ask(m -> m.ownInsertsAreVisible(type));
    }

    @Override
    public boolean othersUpdatesAreVisible(int type) throws SQLException {
        return ask(m -> m.othersUpdatesAreVisible(type));
    }

    @Override
    public boolean othersDeletesAreVisible(int type) throws SQLException {
        return ask(m -> m.othersDeletesAreVisible(type));
    }

    @Override
    public boolean othersInsertsAreVisible(int type) throws SQLException {
        return ask(m -> m.othersInsertsAreVisible(type));
    }

    @Override
    public boolean updatesAreDetected(int type) throws SQLException {
        return ask(m -> m.updatesAreDetected(type));
    }

    @Override
    public boolean deletesAreDetected(int type) throws SQLException {
        return ask(m -> m.deletesAreDetected(type));
    }

    @Override
    public boolean insertsAreDetected(int type) throws SQLException {
        return ask(m -> m.insertsAreDetected(type));
    }

    @Override
    public boolean supportsBatchUpdates() throws SQLException {
        return fact("metadata.supportsBatchUpdates", m -> m.supportsBatchUpdates());
    }

    @Override
    public ResultSet getUDTs(
            @Nullable String catalog,
            @Nullable String schemaPattern,
            @Nullable String typeNamePattern,
            int @Nullable [] types)
            throws SQLException {
        return rows(m -> m.getUDTs(catalog, schemaPattern, typeNamePattern, types));
    }

    @Override
    public boolean supportsSavepoints() throws SQLException {
        return fact("metadata.supportsSavepoints", m -> m.supportsSavepoints());
    }

    @Override
    public boolean supportsNamedParameters() throws SQLException {
        return fact("metadata.supportsNamedParameters", m -> m.supportsNamedParameters());
    }

    @Override
    public boolean supportsMultipleOpenResults() throws SQLException {
        return fact("metadata.supportsMultipleOpenResults", m -> m.supportsMultipleOpenResults());
    }

    @Override
    public boolean supportsGetGeneratedKeys() throws SQLException {
        return fact("metadata.supportsGetGeneratedKeys", m -> m.supportsGetGeneratedKeys());
    }

    @Override
    public ResultSet getSuperTypes(
            @Nullable String catalog, @Nullable String schemaPattern, @Nullable String typeNamePattern)
            throws SQLException {
        return rows(m -> m.getSuperTypes(catalog, schemaPattern, typeNamePattern));
    }

    @Override
    public ResultSet getSuperTables(
            @Nullable String catalog, @Nullable String schemaPattern, @Nullable String tableNamePattern)
            throws SQLException {
        return rows(m -> m.getSuperTables(catalog, schemaPattern, tableNamePattern));
    }

    @Override
    public ResultSet getAttributes(
            @Nullable String catalog,
            @Nullable String schemaPattern,
            @Nullable String typeNamePattern,
            @Nullable String attributeNamePattern)
            throws SQLException {
        return rows(m -> m.getAttributes(catalog, schemaPattern, typeNamePattern, attributeNamePattern));
    }

    @Override
    public boolean supportsResultSetHoldability(int holdability) throws SQLException {
        return ask(m -> m.supportsResultSetHoldability(holdability));
    }

    @Override
    public int getResultSetHoldability() throws SQLException {
        return fact("metadata.getResultSetHoldability", m -> m.getResultSetHoldability());
    }

    @Override
    public int getDatabaseMajorVersion() throws SQLException {
        return fact("metadata.getDatabaseMajorVersion", m -> m.getDatabaseMajorVersion());
    }

    @Override
    public int getDatabaseMinorVersion() throws SQLException {
        return fact("metadata.getDatabaseMinorVersion", m -> m.getDatabaseMinorVersion());
    }

    @Override
    public int getJDBCMajorVersion() throws SQLException {
        return fact("metadata.getJDBCMajorVersion", m -> m.getJDBCMajorVersion());
    }

    @Override
    public int getJDBCMinorVersion() throws SQLException {
        return fact("metadata.getJDBCMinorVersion", m -> m.getJDBCMinorVersion());
    }

    @Override
    public int getSQLStateType() throws SQLException {
        return fact("metadata.getSQLStateType", m -> m.getSQLStateType());
    }

    @Override
    public boolean locatorsUpdateCopy() throws SQLException {
        return fact("metadata.locatorsUpdateCopy", m -> m.locatorsUpdateCopy());
    }

    @Override
    public boolean supportsStatementPooling() throws SQLException {
        return fact("metadata.supportsStatementPooling", m -> m.supportsStatementPooling());
    }

    @Override
    public RowIdLifetime getRowIdLifetime() throws SQLException {
        return fact("metadata.getRowIdLifetime", m -> m.getRowIdLifetime());
    }

    @Override
    public ResultSet getSchemas(@Nullable String catalog, @Nullable String schemaPattern) throws SQLException {
        return rows(m -> m.getSchemas(catalog, schemaPattern));
    }

    @Override
    public boolean supportsStoredFunctionsUsingCallSyntax() throws SQLException {
        return fact("metadata.supportsStoredFunctionsUsingCallSyntax", m -> m.supportsStoredFunctionsUsingCallSyntax());
    }

    @Override
    public boolean autoCommitFailureClosesAllResultSets() throws SQLException {
        return fact("metadata.autoCommitFailureClosesAllResultSets", m -> m.autoCommitFailureClosesAllResultSets());
    }

    @Override
    public ResultSet getClientInfoProperties() throws SQLException {
        return rows(m -> m.getClientInfoProperties());
    }

    @Override
    public ResultSet getFunctions(
            @Nullable String catalog, @Nullable String schemaPattern, @Nullable String functionNamePattern)
            throws SQLException {
        return rows(m -> m.getFunctions(catalog, schemaPattern, functionNamePattern));
    }

    @Override
    public ResultSet getFunctionColumns(
            @Nullable String catalog,
            @Nullable String schemaPattern,
            @Nullable String functionNamePattern,
            @Nullable String columnNamePattern)
            throws SQLException {
        return rows(m -> m.getFunctionColumns(catalog, schemaPattern, functionNamePattern, columnNamePattern));
    }

    @Override
    public ResultSet getPseudoColumns(
            @Nullable String catalog,
            @Nullable String schemaPattern,
            @Nullable String tableNamePattern,
            @Nullable String columnNamePattern)
            throws SQLException {
        return rows(m -> m.getPseudoColumns(catalog, schemaPattern, tableNamePattern, columnNamePattern));
    }

    @Override
    public boolean generatedKeyAlwaysReturned() throws SQLException {
        return fact("metadata.generatedKeyAlwaysReturned", m -> m.generatedKeyAlwaysReturned());
    }

    @Override
    public long getMaxLogicalLobSize() throws SQLException {
        return fact("metadata.getMaxLogicalLobSize", m -> m.getMaxLogicalLobSize());
    }

    @Override
    public boolean supportsRefCursors() throws SQLException {
        return fact("metadata.supportsRefCursors", m -> m.supportsRefCursors());
    }

    @Override
    public boolean supportsSharding() throws SQLException {
        return fact("metadata.supportsSharding", m -> m.supportsSharding());
    }
}

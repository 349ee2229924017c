package dev.pgpool.jdbc.internal.facade;

import java.sql.ParameterMetaData;
import java.sql.SQLException;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** What the server told about a statement's parameters. Parameters count from 1. */
final class DetachedParameterMetaData implements ParameterMetaData {
    private record Parameter(String className, String typeName, int type, boolean signed) {}

    private final Parameter[] parameters;

    private DetachedParameterMetaData(Parameter[] parameters) {
        this.parameters = parameters;
    }

    /** Copies everything; to be called under the lease. */
    static DetachedParameterMetaData of(ParameterMetaData physical) throws SQLException {
        Parameter[] parameters = new Parameter[physical.getParameterCount()];
        for (int i = 1; i <= parameters.length; i++) {
            parameters[i - 1] = new Parameter(
                    physical.getParameterClassName(i),
                    physical.getParameterTypeName(i),
                    physical.getParameterType(i),
                    physical.isSigned(i));
        }
        return new DetachedParameterMetaData(parameters);
    }

    private Parameter parameter(int index) throws SQLException {
        if (index < 1 || index > parameters.length) {
            throw new PSQLException(
                    GT.tr(
                            "The parameter index is out of range: {0}, number of parameters: {1}.",
                            index, parameters.length),
                    PSQLState.INVALID_PARAMETER_VALUE);
        }
        return parameters[index - 1];
    }

    @Override
    public int getParameterCount() {
        return parameters.length;
    }

    @Override
    public int isNullable(int param) throws SQLException {
        parameter(param);
        return parameterNullableUnknown;
    }

    @Override
    public boolean isSigned(int param) throws SQLException {
        return parameter(param).signed;
    }

    @Override
    public int getPrecision(int param) throws SQLException {
        parameter(param);
        return 0;
    }

    @Override
    public int getScale(int param) throws SQLException {
        parameter(param);
        return 0;
    }

    @Override
    public int getParameterType(int param) throws SQLException {
        return parameter(param).type;
    }

    @Override
    public String getParameterTypeName(int param) throws SQLException {
        return parameter(param).typeName;
    }

    @Override
    public String getParameterClassName(int param) throws SQLException {
        return parameter(param).className;
    }

    @Override
    public int getParameterMode(int param) throws SQLException {
        parameter(param);
        return parameterModeIn;
    }

    @Override
    public boolean isWrapperFor(Class<?> iface) throws SQLException {
        return iface.isInstance(this);
    }

    @Override
    public <T> T unwrap(Class<T> iface) throws SQLException {
        if (iface.isInstance(this)) {
            return iface.cast(this);
        }
        throw Errors.cannotUnwrap(iface);
    }
}

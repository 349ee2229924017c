package dev.pgpool.pool;

import java.util.List;

/** Says that settings are wrong, with every fault that was found. */
public final class InvalidSettingsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final List<String> faults;

    public InvalidSettingsException(List<String> faults) {
        super(String.join("\n", faults));
        this.faults = List.copyOf(faults);
    }

    /** One sentence a fault: property, value, what is allowed. */
    public List<String> faults() {
        return faults;
    }
}

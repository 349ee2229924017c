package dev.pgpool.example;

/** A PostgreSQL database, apart from the driver that leads there: a JDBC URL without its prefix. */
record Target(String address) {
    static final String PLAIN = "jdbc:postgresql:";
    static final String POOLED = "jdbc:pgpool:";

    /** @throws IllegalArgumentException if the URL has neither prefix */
    static Target of(String url) {
        for (String prefix : new String[] {PLAIN, POOLED}) {
            if (url.startsWith(prefix)) {
                return new Target(url.substring(prefix.length()));
            }
        }
        throw new IllegalArgumentException("it must start with " + PLAIN + " or " + POOLED);
    }

    /** The URL that leads there by this prefix, with one more parameter for each {@code name=value}. */
    String url(String prefix, String... parameters) {
        StringBuilder url = new StringBuilder(prefix).append(address);
        for (String parameter : parameters) {
            url.append(url.indexOf("?") < 0 ? '?' : '&').append(parameter);
        }
        return url.toString();
    }
}

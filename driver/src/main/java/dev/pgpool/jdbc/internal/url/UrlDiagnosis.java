package dev.pgpool.jdbc.internal.url;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Why pgjdbc, which only says that it can't parse a URL, can't. */
final class UrlDiagnosis {
    private UrlDiagnosis() {}

    /** The faults of pgjdbc's part of a URL, with these properties. */
    static List<String> faultsOf(ConnectionUrl url, Properties properties) {
        List<String> faults = new ArrayList<>();
        addressFaults(url.address(), faults);
        for (String parameter : url.parameters()) {
            parameterFaults(parameter, faults);
        }
        for (String name : List.of("PGHOST", "PGPORT")) {
            String value = properties.getProperty(name);
            if (value != null) {
                portFaults(name, value, faults);
            }
        }
        return faults;
    }

    private static void addressFaults(String address, List<String> faults) {
        if (!address.startsWith("//")) {
            if (address.startsWith("/")) {
                faults.add("a single / leads nowhere; write //host/database, or the database's name alone");
            } else if (ConnectionUrl.decode(address).isEmpty()) {
                faults.add(ConnectionUrl.undecodable("the database"));
            }
            return;
        }
        String hosts = address.substring(2);
        int slash = hosts.indexOf('/');
        if (slash < 0) {
            faults.add("a / is missing after the host, which is needed without a database too: //" + hosts + "/");
            slash = hosts.length();
        } else if (hosts.indexOf('/', slash + 1) >= 0) {
            faults.add("the database " + hosts.substring(slash + 1) + " has a / in its name; write %2F");
        } else if (ConnectionUrl.decode(hosts.substring(slash + 1)).isEmpty()) {
            faults.add(ConnectionUrl.undecodable("the database"));
        }
        for (String host : hosts.substring(0, slash).split(",")) {
            int colon = host.lastIndexOf(':');
            if (colon > host.lastIndexOf(']')) {
                portFaults(host, host.substring(colon + 1), faults);
            }
        }
    }

    private static void parameterFaults(String parameter, List<String> faults) {
        int equals = parameter.indexOf('=');
        if (equals < 0) {
            return;
        }
        String name = parameter.substring(0, equals);
        String value = ConnectionUrl.decode(parameter.substring(equals + 1)).orElse(null);
        if (value == null) {
            faults.add(ConnectionUrl.undecodable(name));
        } else if (name.equals("service")) {
            faults.add("service=" + value + " is not defined, or not well, in pgjdbc's service file");
        } else {
            portFaults(name, value, faults);
        }
    }

    /** Looks at the ports behind a name that means ports: a host with port, {@code port}, {@code PGPORT}. */
    private static void portFaults(String name, String ports, List<String> faults) {
        boolean host = name.contains(":");
        if (!host && !name.equalsIgnoreCase("port") && !name.equalsIgnoreCase("PGPORT")) {
            return;
        }
        for (String port : ports.split(",", -1)) {
            if (!isPort(port)) {
                String where = host ? "of " + name : "in " + name + "=" + ports;
                faults.add("the port " + where + " is not a whole number from 1 to 65535");
            }
        }
    }

    private static boolean isPort(String text) {
        try {
            int port = Integer.parseInt(text);
            return 1 <= port && port <= 65_535;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}

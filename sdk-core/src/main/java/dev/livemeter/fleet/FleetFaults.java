package dev.livemeter.fleet;

import dev.livemeter.fleet.RelayFleet.Builder.Given;
import dev.livemeter.fleet.RelayHostStatus.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/** What is wrong with the hosts that a fleet was given, a sentence for each fault. */
final class FleetFaults {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,31}");

    private FleetFaults() {}

    static List<String> of(List<Given> hosts) {
        var faults = new ArrayList<String>();
        if (hosts.stream().noneMatch(host -> host.role() == Role.ORDINARY)) {
            faults.add("The fleet has no host; give at least one with .host(name, relay, capacity).");
        }
        var names = new HashSet<String>();
        for (var i = 0; i < hosts.size(); i++) {
            var host = hosts.get(i);
            var name = host.name().replaceAll("\\p{Cntrl}", "?");
            if (!NAME.matcher(host.name()).matches()) {
                faults.add("A relay host is called '" + name
                        + "'; expected 1 to 32 characters of a-z 0-9 . -, beginning with a letter or a digit.");
            }
            if (!names.add(host.name())) {
                faults.add("Two relay hosts are called '" + name + "'; give each a name of its own.");
            }
            if (isGivenBefore(hosts, i)) {
                faults.add("The relay of the host " + name + " was given to another host, too; make one for each.");
            }
            if (host.relay() instanceof RelayFleet) {
                faults.add("The relay of the host " + name + " is a fleet itself; give its hosts one by one.");
            }
            faults.addAll(host.capacity().faults(name));
        }
        if (!hosts.isEmpty()) {
            var first = hosts.get(0);
            for (var host : hosts) {
                if (host.relay().nodes().isPresent() != first.relay().nodes().isPresent()) {
                    faults.add("Of the relay hosts " + first.name() + " and " + host.name()
                            + ", one is for several nodes of the application and the other is not; give all"
                            + " hosts of a fleet the same number of nodes.");
                }
                if (!host.relay().resumesWithin().equals(first.relay().resumesWithin())) {
                    faults.add("The streams of the relay host " + first.name() + " show up again within "
                            + first.relay().resumesWithin() + " after a restart of the application, those of "
                            + host.name() + " within " + host.relay().resumesWithin()
                            + "; give all hosts of a fleet the same restart grace and heartbeat.");
                }
            }
        }
        return faults;
    }

    private static boolean isGivenBefore(List<Given> hosts, int index) {
        return hosts.subList(0, index).stream()
                .anyMatch(host -> host.relay() == hosts.get(index).relay());
    }
}

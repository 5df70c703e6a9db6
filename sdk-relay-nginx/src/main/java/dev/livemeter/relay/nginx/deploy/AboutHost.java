package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.relay.nginx.deploy.HostProblem.Stage;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What a relay host says of itself.
 *
 * @param who the name of the key that we came with
 * @param mayCheck whether the account may have versions checked
 * @param mayActivate whether the account may have versions activated
 * @param nginx its version; {@code none} if there is none
 * @param active the version in force, by name; empty if there is none
 * @param answers the version that the running nginx tells; empty if nobody answers
 * @param controlPort on its loopback, that a deployer's key may connect to; 0 if it does not say
 * @param callbackPort on its loopback, that a deployer's key may listen on; 0 if it does not say
 * @param recordings whether streams can be written down there and fetched
 * @param freeKib where files come in and where versions are kept, whichever has less
 */
record AboutHost(
        Instant clock,
        String who,
        boolean mayCheck,
        boolean mayActivate,
        String nginx,
        boolean rtmp,
        boolean stream,
        String active,
        String answers,
        int controlPort,
        int callbackPort,
        boolean recordings,
        long freeKib) {

    static AboutHost ask(SshConnection connection) throws HostProblem {
        var answer = connection.ask("about");
        var facts = new HashMap<String, String>();
        for (var line : answer.lines()) {
            var space = line.indexOf(' ');
            if (space > 0) {
                facts.put(line.substring(0, space), line.substring(space + 1).strip());
            }
        }
        if (!"1".equals(facts.get("protocol"))) {
            throw new HostProblem(
                    Stage.WORK,
                    "The account " + connection.host().account() + " on " + connection.host()
                            + " is not led through the gate of a relay host of this release.",
                    "Run install.sh of this release on the host.",
                    null);
        }
        return new AboutHost(
                Instant.ofEpochSecond(number(facts, "clock")),
                facts.getOrDefault("who", ""),
                "yes".equals(facts.get("check")),
                "yes".equals(facts.get("activate")),
                facts.getOrDefault("nginx", "none"),
                "yes".equals(facts.get("rtmp")),
                "yes".equals(facts.get("stream")),
                version(facts, "active"),
                version(facts, "answers"),
                Math.toIntExact(Math.min(65535, number(facts, "control-port"))),
                Math.toIntExact(Math.min(65535, number(facts, "callback-port"))),
                "yes".equals(facts.get("recordings")),
                number(facts, "free-kib"));
    }

    private static String version(Map<String, String> facts, String name) {
        var text = facts.getOrDefault(name, "");
        return RelayConfiguration.VERSION.matcher(text).matches() ? text : "";
    }

    private static long number(Map<String, String> facts, String name) {
        var text = facts.getOrDefault(name, "");
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}

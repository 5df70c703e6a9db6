package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.relay.nginx.deploy.HostProblem.Stage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Looks at a relay host from the name to the answer of its nginx, so that what is wrong is told by the first step that fails. */
final class HostChecks {

    private static final List<String> SUBJECTS = List.of(
            "name",
            "connection",
            "host key",
            "login",
            "folder",
            "right to check",
            "right to activate",
            "nginx",
            "modules",
            "version",
            "disk",
            "clock",
            "recordings",
            "controls",
            "callbacks");
    private static final String INSTALL = "Run install.sh on the host again.";
    private static final long ENOUGH_KIB = 64 * 1024;
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final RelayHost host;
    private final InstantSource clock;
    private final List<HostCheck> checks = new ArrayList<>();

    HostChecks(RelayHost host, InstantSource clock) {
        this.host = host;
        this.clock = clock;
    }

    List<HostCheck> all() {
        try (var connection = SshConnection.open(host)) {
            checks.add(HostCheck.ok("name", "The name " + host.host() + " resolves to an address."));
            checks.add(HostCheck.ok("connection", "Port " + host.port() + " answers."));
            checks.add(HostCheck.ok(
                    "host key", "The host key is the one in " + host.knownHosts() + ": " + connection.hostKey() + "."));
            checks.add(HostCheck.ok("login", "The account " + host.account() + " is let in with this key."));
            folder(connection);
            var about = AboutHost.ask(connection);
            onHost(about);
            checks.add(
                    about.recordings()
                            ? HostCheck.ok("recordings", "Streams can be written down on the host, and fetched.")
                            : HostCheck.warning(
                                    "recordings",
                                    "The host has no folder for recordings, so no stream on it can be recorded.",
                                    "Run install.sh of this release on the host."));
            checks.addAll(new LinkChecks(host, about).all(connection));
        } catch (HostProblem e) {
            stopped(e);
        }
        return List.copyOf(checks);
    }

    private void stopped(HostProblem e) {
        var passed = switch (e.stage()) {
            case NAME -> 0;
            case CONNECTION -> 1;
            case HOST_KEY -> 2;
            case LOGIN -> 3;
            // While logging in, or anywhere after that.
            case WORK, LOST, BUSY -> checks.isEmpty() ? 3 : checks.size();
        };
        if (checks.isEmpty()) {
            var found = List.of(
                    HostCheck.ok("name", "The name " + host.host() + " resolves to an address."),
                    HostCheck.ok("connection", "Port " + host.port() + " answers."),
                    HostCheck.ok("host key", "The host key is the one in " + host.knownHosts() + "."));
            checks.addAll(found.subList(0, passed));
        }
        checks.add(HostCheck.failed(SUBJECTS.get(checks.size()), e.sentence(), e.remedy()));
        while (checks.size() < SUBJECTS.size()) {
            checks.add(HostCheck.skipped(SUBJECTS.get(checks.size())));
        }
    }

    private void folder(SshConnection connection) throws HostProblem {
        try (var files = connection.files()) {
            files.probe(DeploymentRun.attempt());
            checks.add(HostCheck.ok("folder", "Files can be put into " + host.folder() + "/incoming."));
        } catch (HostProblem e) {
            if (e.stage() != Stage.WORK) {
                throw e;
            }
            checks.add(HostCheck.failed("folder", e.sentence(), e.remedy()));
        }
    }

    private void onHost(AboutHost about) {
        checks.add(right("right to check", "livemeter-relay-check", about.mayCheck()));
        checks.add(right("right to activate", "livemeter-relay-activate", about.mayActivate()));
        checks.add(
                about.nginx().equals("none")
                        ? HostCheck.failed("nginx", "There is no nginx on the host.", INSTALL)
                        : HostCheck.ok("nginx", "nginx " + about.nginx() + " is installed."));
        checks.add(modules(about));
        checks.add(version(about));
        checks.add(
                about.freeKib() < ENOUGH_KIB
                        ? HostCheck.warning(
                                "disk",
                                "Only " + about.freeKib() / 1024 + " MiB are free on the host.",
                                "Make room before the disk is full.")
                        : HostCheck.ok("disk", about.freeKib() / 1024 + " MiB are free on the host."));
        var apart = Duration.between(clock.instant(), about.clock());
        checks.add(
                apart.abs().compareTo(CLOSE) > 0
                        ? HostCheck.warning(
                                "clock",
                                "The host's clock is " + apart.abs().toSeconds() + " seconds "
                                        + (apart.isNegative() ? "behind" : "ahead of") + " ours.",
                                "Keep both by NTP; the history tells the host's time.")
                        : HostCheck.ok("clock", "The host's clock is close to ours."));
    }

    private static HostCheck right(String subject, String script, boolean there) {
        return there
                ? HostCheck.ok(subject, "sudo lets the account run " + script + " as livemeter-relay.")
                : HostCheck.failed(
                        subject, "sudo does not let the account run " + script + " as livemeter-relay.", INSTALL);
    }

    private static HostCheck modules(AboutHost about) {
        if (!about.rtmp()) {
            return HostCheck.failed(
                    "modules",
                    "nginx on the host has no RTMP module.",
                    "Install it on the host: apt install libnginx-mod-rtmp");
        }
        return about.stream()
                ? HostCheck.ok("modules", "nginx has the modules rtmp and stream.")
                : HostCheck.warning(
                        "modules",
                        "nginx on the host has no stream module, so it speaks no TLS.",
                        "Install it on the host: apt install libnginx-mod-stream");
    }

    private static HostCheck version(AboutHost about) {
        if (about.answers().isEmpty()) {
            return HostCheck.failed(
                    "version",
                    "The relay on the host does not answer.",
                    "Start it there: systemctl start livemeter-relay; its log: journalctl -u livemeter-relay");
        }
        var answers = about.answers().substring(0, 12);
        return about.answers().equals(about.active())
                ? HostCheck.ok("version", "Version " + answers + " is in force, and the relay answers with it.")
                : HostCheck.warning(
                        "version",
                        "The relay answers with version " + answers + ", which is not the one that should be in force.",
                        "Somebody deploys at the moment, or a deployment was cut short; deploy once more.");
    }
}

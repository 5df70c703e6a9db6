package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.relay.nginx.deploy.HostProblem.Stage;
import dev.livemeter.spi.IdSource;
import java.util.List;

/**
 * Looks whether an application could work with the nginx of a relay host: whether its controls can be come to, and its callbacks can come out. Tries the very connection that an application
 * keeps, for a moment; where one keeps it, it is left alone.
 */
final class LinkChecks {

    private static final String CONTROLS = "controls";
    private static final String CALLBACKS = "callbacks";
    private static final String INSTALL = "Run install.sh of this release on the host.";

    private final RelayHost host;
    private final AboutHost about;

    LinkChecks(RelayHost host, AboutHost about) {
        this.host = host;
        this.about = about;
    }

    List<HostCheck> all(SshConnection connection) throws HostProblem {
        if (about.controlPort() == 0 || about.callbackPort() == 0) {
            var sentence =
                    "The host does not say which ports applications use; it was installed by an earlier release.";
            return List.of(
                    HostCheck.warning(CONTROLS, sentence, INSTALL), HostCheck.warning(CALLBACKS, sentence, INSTALL));
        }
        return List.of(controls(connection), callbacks());
    }

    private HostCheck controls(SshConnection connection) throws HostProblem {
        var port = "Port " + about.controlPort() + " on the host's loopback, for nginx's controls,";
        return switch (connection.tryDoor(about.controlPort())) {
            case ANSWERED -> HostCheck.ok(CONTROLS, port + " can be connected to, and answers.");
            case NOBODY_THERE ->
                HostCheck.ok(
                        CONTROLS,
                        port + " can be connected to; nobody answers there until an application works with the host.");
            case FORBIDDEN ->
                HostCheck.failed(
                        CONTROLS,
                        port + " cannot be connected to with this key.",
                        "sshd_config may have AllowTcpForwarding off for the account, or the port was changed: look there, and run install.sh on the host again.");
        };
    }

    /** By a connection of its own: the host ends the one that was a link. */
    private HostCheck callbacks() {
        try (var own = SshConnection.open(host);
                var dialogue = own.begin("link " + IdSource.random().next())) {
            var ignored = HostLink.facts(host, dialogue);
            return own.listen(about.callbackPort(), HostStream::close)
                    ? HostCheck.ok(
                            CALLBACKS,
                            "Port " + about.callbackPort()
                                    + " on the host's loopback, for nginx's callbacks, can be listened on from here.")
                    : HostCheck.failed(
                            CALLBACKS,
                            "The host does not let us listen on port " + about.callbackPort()
                                    + " on its loopback, for nginx's callbacks.",
                            "Another program may use that port, or sshd_config may have AllowTcpForwarding off for the account.");
        } catch (HostProblem e) {
            return e.stage() == Stage.BUSY
                    ? HostCheck.ok(
                            CALLBACKS,
                            "An application keeps the connection for callbacks at the moment, so it works. "
                                    + e.sentence())
                    : HostCheck.failed(CALLBACKS, e.sentence(), e.remedy());
        }
    }
}

package dev.livemeter.relay.nginx.deploy;

import static dev.livemeter.relay.nginx.deploy.ScriptedAgent.answer;
import static dev.livemeter.relay.nginx.deploy.ScriptedAgent.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.deploy.HostCheck.Verdict;
import dev.livemeter.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets into a relay host, what he can do there, and what he is told if he cannot. */
@Tag("once")
@TestInstance(Lifecycle.PER_CLASS) // the host is installed once
class RelayHostAccessTest {

    private static final RelayConfiguration NEXT = TestRelayHost.plain("access");

    private TestRelayHost host;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        host = TestRelayHost.start(folder);
    }

    @AfterAll
    void stop() {
        host.close();
    }

    private String name() {
        return "127.0.0.1:" + host.sshPort();
    }

    private static void assertUnreachable(RelayHost way, String sentence) {
        assertThat(RelayDeployment.to(way).deploy(NEXT))
                .isEqualTo(new DeploymentResult.Unreachable(NEXT.version(), sentence));
    }

    private static List<String> verdicts(List<HostCheck> checks) {
        return checks.stream()
                .map(check -> check.subject() + " " + check.verdict())
                .toList();
    }

    @Test
    void aHostThatIsAsItShouldBePassesEachCheck() throws Exception {
        var checks = host.deployment().testConnection();
        assertThat(verdicts(checks))
                .containsExactly(
                        "name OK",
                        "connection OK",
                        "host key OK",
                        "login OK",
                        "folder OK",
                        "right to check OK",
                        "right to activate OK",
                        "nginx OK",
                        "modules OK",
                        "version OK",
                        "disk WARNING",
                        "clock OK",
                        "recordings OK",
                        "controls OK",
                        "callbacks OK");
        assertThat(checks.subList(13, 15).stream().map(HostCheck::sentence))
                .containsExactly(
                        "Port " + host.controlPort()
                                + " on the host's loopback, for nginx's controls, can be connected to; nobody answers there until an application works with the host.",
                        "Port " + host.callbackPort()
                                + " on the host's loopback, for nginx's callbacks, can be listened on from here.");
        var fingerprint = host.root("ssh-keygen -lf " + host.folder().resolve("host_key.pub"))
                .split(" ", -1)[1];
        assertThat(checks.get(2).sentence())
                .isEqualTo("The host key is the one in " + host.way().build().knownHosts() + ": ssh-ed25519 "
                        + fingerprint + ".");
    }

    @Test
    void whatAnApplicationNeedsBeyondADeploymentIsTold() throws Exception {
        var settings = "/etc/livemeter-relay/host.conf";
        host.root("cp " + settings + " /etc/kept-settings; mv /var/lib/livemeter-relay/recordings /var/lib/away");
        try {
            host.root("sed -i '/^C.*_PORT=/d' " + settings);
            assertThat(host.deployment().testConnection().subList(12, 15))
                    .containsExactly(
                            new HostCheck(
                                    "recordings",
                                    HostCheck.Verdict.WARNING,
                                    "The host has no folder for recordings, so no stream on it can be recorded.",
                                    "Run install.sh of this release on the host."),
                            earlier("controls"),
                            earlier("callbacks"));
            // Ports that the key may not use.
            host.root("printf 'CONTROL_PORT=9\\nCALLBACK_PORT=9\\n' >>" + settings);
            assertThat(host.deployment().testConnection().subList(13, 15))
                    .containsExactly(
                            new HostCheck(
                                    "controls",
                                    HostCheck.Verdict.FAILED,
                                    "Port 9 on the host's loopback, for nginx's controls, cannot be connected to with this key.",
                                    "sshd_config may have AllowTcpForwarding off for the account, or the port was changed: look there, and run install.sh on the host again."),
                            new HostCheck(
                                    "callbacks",
                                    HostCheck.Verdict.FAILED,
                                    "The host does not let us listen on port 9 on its loopback, for nginx's callbacks.",
                                    "Another program may use that port, or sshd_config may have AllowTcpForwarding off for the account."));
        } finally {
            host.root("cp /etc/kept-settings " + settings + "; mv /var/lib/away /var/lib/livemeter-relay/recordings");
        }
    }

    private static HostCheck earlier(String subject) {
        return new HostCheck(
                subject,
                HostCheck.Verdict.WARNING,
                "The host does not say which ports applications use; it was installed by an earlier release.",
                "Run install.sh of this release on the host.");
    }

    @Test
    void aLinkThatAnApplicationKeepsIsToldAndLeftAlone() throws Exception {
        try (var connection = SshConnection.open(host.way().build());
                var dialogue = connection.begin("link 0123456789abcdef")) {
            assertThat(dialogue.line()).startsWith("result linked alice ");
            assertThat(host.deployment().testConnection().get(14))
                    .isEqualTo(HostCheck.ok(
                            "callbacks",
                            "An application keeps the connection for callbacks at the moment, so it works. Another process works with the relay host "
                                    + name() + " at the moment; it came with the key of alice."));
            dialogue.nudge();
            assertThat(dialogue.line()).startsWith("nginx");
        }
    }

    @Test
    void aHostThatIsNotKnownIsNotTalkedToAndTheSentenceTellsItsKey() throws Exception {
        var empty = Files.writeString(host.folder().resolve("nobody-known"), "");
        var key = Files.readString(host.folder().resolve("host_key.pub")).split(" ", -1);
        var fingerprint = host.root("ssh-keygen -lf " + host.folder().resolve("host_key.pub"))
                .split(" ", -1)[1];
        var way = host.way().knownHosts(empty).build();
        assertUnreachable(
                way,
                "The host key of " + name() + " is not known: it showed ssh-ed25519 " + fingerprint + ", and " + empty
                        + " has no line for it. Compare that with what the host says of itself (on it: ssh-keygen -lf"
                        + " /etc/ssh/ssh_host_ed25519_key.pub). Only if it is the same, add this line: [127.0.0.1]:"
                        + host.sshPort() + " " + key[0] + " " + key[1]);
        assertThat(verdicts(RelayDeployment.to(way).testConnection()).subList(0, 5))
                .containsExactly("name OK", "connection OK", "host key FAILED", "login SKIPPED", "folder SKIPPED");
        assertThat(empty).isEmptyFile();
    }

    @Test
    void aHostWithAnotherKeyThanTheKnownOneIsNotTalkedTo() throws Exception {
        host.newKey("other_host", "");
        var key = Files.readString(host.folder().resolve("other_host.pub")).split(" ", -1);
        var wrong = Files.writeString(
                host.folder().resolve("wrong-known"),
                "[127.0.0.1]:" + host.sshPort() + " " + key[0] + " " + key[1] + "\n");
        var fingerprint = host.root("ssh-keygen -lf " + host.folder().resolve("host_key.pub"))
                .split(" ", -1)[1];
        assertUnreachable(
                host.way().knownHosts(wrong).build(),
                "The host key of " + name() + " is not the one in " + wrong + ": it showed ssh-ed25519 " + fingerprint
                        + ". Either the host was set up anew, or somebody else answers in its place. Ask who runs it, and replace the"
                        + " line only if he confirms that fingerprint.");
    }

    @Test
    void withoutAFileOfKnownHostsNobodyIsTalkedTo() throws Exception {
        var missing = host.folder().resolve("missing-known");
        assertUnreachable(
                host.way().knownHosts(missing).build(),
                "The file of known hosts " + missing
                        + " cannot be read. Make it, with one line for each relay host; install.sh prints that line on the host.");
    }

    @Test
    void aKeyThatTheHostDoesNotKnowIsNotLetIn() throws Exception {
        var stranger = host.newKey("stranger", "");
        var way = host.way().key(stranger).build();
        assertUnreachable(
                way,
                "The host " + name() + " does not let livemeter-deploy in with the key " + stranger
                        + ". Give its public half to install.sh on the host (--key FILE --name NAME); an account that is locked, or"
                        + " missing in AllowUsers of sshd_config, looks the same.");
        assertThat(verdicts(RelayDeployment.to(way).testConnection()).subList(2, 5))
                .containsExactly("host key OK", "login FAILED", "folder SKIPPED");
        assertThatExceptionOfType(LivemeterException.class)
                .isThrownBy(() -> RelayDeployment.to(way).history())
                .matches(e -> e.code().equals("relay.host_unreachable") && !e.retryable());
    }

    @Test
    void aKeyWithAPassPhraseOpensWithItAlone() throws Exception {
        var locked = host.newKey("locked", "correct horse");
        host.root(host.install() + " --no-packages --key " + locked + ".pub --name carol");
        assertThat(verdicts(RelayDeployment.to(host.way()
                                        .key(locked, Secret.of("correct horse"))
                                        .build())
                                .testConnection())
                        .get(3))
                .isEqualTo("login OK");
        assertUnreachable(
                host.way().key(locked, Secret.of("wrong")).build(),
                "The key " + locked
                        + " cannot be opened with the pass phrase that was given. Give its pass phrase, or another key in the format of"
                        + " OpenSSH.");
        assertUnreachable(
                host.way().key(locked).build(),
                "The key " + locked
                        + " cannot be opened without a pass phrase. Give its pass phrase, or another key in the format of OpenSSH.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "rsa"})
    void aPrivateKeyMayStayWithAnAgent(String type) throws Exception {
        var key = host.newKey("agent-" + type, "", type);
        host.root(host.install() + " --no-packages --key " + key + ".pub --name agent-" + type);
        var half = Path.of(key + ".pub");
        try (var agent = TestAgent.start(host.folder().resolve("agent-" + type + ".sock"))) {
            var way = host.way().agent(agent.socket(), half).build();
            assertUnreachable(
                    way,
                    "The SSH agent at " + agent.socket() + " does not have the key of " + half
                            + ". Give it the private half: ssh-add FILE.");
            agent.add(key);
            assertThat(verdicts(RelayDeployment.to(way).testConnection()).get(3))
                    .isEqualTo("login OK");
            assertUnreachable(
                    host.way().agent(agent.socket(), key).build(),
                    "The file " + key
                            + " is missing or holds no public key. With an SSH agent, name the public half, such as id_ed25519.pub.");
            var stranger = host.newKey("unknown-" + type, "", type);
            agent.add(stranger);
            assertUnreachable(
                    host.way().agent(agent.socket(), Path.of(stranger + ".pub")).build(),
                    "The host " + name() + " does not let livemeter-deploy in with the key " + stranger
                            + ".pub. Give its public half to install.sh on the host (--key FILE --name NAME); an account that is locked, or"
                            + " missing in AllowUsers of sshd_config, looks the same.");
        }
    }

    @Test
    void anAgentThatDoesNotSignIsTold() throws Exception {
        var key = host.newKey("unsigned", "");
        host.root(host.install() + " --no-packages --key " + key + ".pub --name unsigned");
        var half = Path.of(key + ".pub");
        var known = Base64.getDecoder().decode(Files.readString(half).split(" ", -1)[1]);
        var refusal = bytes(0, 0, 0, 1, 5);
        for (var reason : List.of("it refused", "it did not answer within 2 s", "it hung up")) {
            var socket = host.folder().resolve(reason.replace(' ', '-') + ".sock");
            try (var agent = switch (reason) {
                case "it refused" -> ScriptedAgent.silentAfter(socket, answer(12, known, new byte[0]), refusal);
                case "it hung up" -> ScriptedAgent.hangingUpAfter(socket, answer(12, known, new byte[0]), bytes(0));
                default -> ScriptedAgent.silentAfter(socket, answer(12, known, new byte[0]));
            }) {
                assertUnreachable(
                        host.way()
                                .agent(agent.socket(), half)
                                .connectTimeout(Duration.ofSeconds(2))
                                .build(),
                        "The SSH agent at " + socket + " does not sign with the key of " + half + ": " + reason
                                + ". If it asks for a touch, a PIN or a confirmation, somebody must be there who gives it within 2 seconds.");
            }
        }
    }

    @Test
    void anAgentThatHangsIsTold() throws Exception {
        var socket = host.folder().resolve("hanging.sock");
        var half = Path.of(host.newKey("hanging", "") + ".pub");
        try (var agent = ScriptedAgent.silentAfter(socket)) {
            assertUnreachable(
                    host.way()
                            .agent(agent.socket(), half)
                            .connectTimeout(Duration.ofSeconds(2))
                            .build(),
                    "No SSH agent answers at " + socket
                            + ": it did not answer within 2 s. Is it running, and is that what SSH_AUTH_SOCK names?");
        }
    }

    @Test
    void anAgentThatIsNotThereIsTold() throws Exception {
        var socket = host.folder().resolve("nobody.sock");
        var result = RelayDeployment.to(host.way()
                        .agent(socket, host.folder().resolve("id.pub"))
                        .build())
                .deploy(NEXT);
        assertThat(((DeploymentResult.Unreachable) result).sentence())
                .startsWith("No SSH agent answers at " + socket + ": ")
                .endsWith(". Is it running, and is that what SSH_AUTH_SOCK names?");
    }

    @Test
    void aKeyThatWasTakenAwayIsNotLetInAnyMore() throws Exception {
        var dave = host.newKey("dave", "");
        host.root(host.install() + " --no-packages --key " + dave + ".pub --name dave");
        var way = host.way().key(dave).build();
        assertThat(RelayDeployment.to(way)
                        .deploy(TestRelayHost.plain("by dave"))
                        .inForce())
                .isTrue();
        assertThat(RelayDeployment.to(way).history().get(0).who()).isEqualTo("dave");
        host.root(host.install() + " --no-packages --remove-key dave");
        assertThat(RelayDeployment.to(way).deploy(NEXT)).isInstanceOf(DeploymentResult.Unreachable.class);
        assertThat(host.deployment().history().get(0).who()).isEqualTo("dave");
    }

    @Test
    void aPortWhereNobodyAnswersIsTold() throws Exception {
        var port = TestPorts.free();
        assertUnreachable(
                host.wayThrough(port).build(),
                "Nobody answers at 127.0.0.1 port " + port
                        + ". Is the host up, does sshd run there, and does a firewall let this machine through?");
    }

    @Test
    void aNameThatDoesNotResolveIsTold() throws Exception {
        var way = RelayHost.at("relay.invalid")
                .knownHosts(host.way().build().knownHosts())
                .key(host.way().build().keyFile())
                .build();
        assertUnreachable(
                way,
                "The name relay.invalid does not resolve to an address. Correct the name, or the name server of this machine.");
        assertThat(verdicts(RelayDeployment.to(way).testConnection()))
                .startsWith("name FAILED", "connection SKIPPED")
                .hasSize(15);
    }

    @Test
    void anAccountThatSudoDoesNotTrustIsTold() throws Exception {
        host.root("mv /etc/sudoers.d/livemeter-relay /etc/away");
        try {
            var result = host.deployment().deploy(NEXT);
            assertThat(result)
                    .isEqualTo(new DeploymentResult.Failed(
                            NEXT.version(),
                            "The host " + name()
                                    + " did not do what it was asked for: sudo: a password is required. Run install.sh on it again, and"
                                    + " look with a test of the connection."));
            assertThat(verdicts(host.deployment().testConnection()).subList(5, 7))
                    .containsExactly("right to check FAILED", "right to activate FAILED");
        } finally {
            host.root("mv /etc/away /etc/sudoers.d/livemeter-relay");
        }
    }

    @Test
    void aFolderThatCannotBeWrittenToIsTold() throws Exception {
        host.root("chown root /var/lib/livemeter-relay/incoming");
        try {
            assertThat(host.deployment().deploy(NEXT))
                    .isEqualTo(new DeploymentResult.Failed(
                            NEXT.version(),
                            "The account livemeter-deploy may not write to /var/lib/livemeter-relay/incoming on "
                                    + name()
                                    + ". Run install.sh on the host again; it puts the folder and its rights right."));
            assertThat(verdicts(host.deployment().testConnection()).get(4)).isEqualTo("folder FAILED");
        } finally {
            host.root(host.install() + " --no-packages");
        }
        assertThat(verdicts(host.deployment().testConnection()).get(4)).isEqualTo("folder OK");
    }

    @Test
    void aRelayThatDoesNotRunIsTold() throws Exception {
        // Stopped, so that nobody starts it again; it cannot answer, either.
        host.root(
                "mv /var/lib/livemeter-relay/state/nginx.pid /run/pid; kill -STOP $(pgrep -u livemeter-relay -x nginx)");
        try {
            assertThat(host.deployment().deploy(NEXT))
                    .isEqualTo(new DeploymentResult.Failed(
                            NEXT.version(),
                            "The relay does not run on " + name()
                                    + ", so nothing was changed. Start it there: systemctl start livemeter-relay."));
            assertThat(host.deployment().testConnection().get(9))
                    .isEqualTo(new HostCheck(
                            "version",
                            Verdict.FAILED,
                            "The relay on the host does not answer.",
                            "Start it there: systemctl start livemeter-relay; its log: journalctl -u livemeter-relay"));
        } finally {
            host.root(
                    "mv /run/pid /var/lib/livemeter-relay/state/nginx.pid; kill -CONT $(pgrep -u livemeter-relay -x nginx)");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id",
                "",
                "about; id",
                "about\nid",
                "check abc",
                "check ../../../etc",
                "check $(id)",
                "check V; id",
                "check V\nid",
                "check V bob",
                "activate V && id",
                "sudo -n id",
                "/bin/sh",
                "sftp-server -d /",
                "scp -t /tmp"
            })
    void theGateDoesWhatItKnowsAndNothingElse(String order) throws Exception {
        var answer = host.ask(order.replace("V", "ab".repeat(32)));
        assertThat(answer.lines())
                .containsExactly(
                        "result fault This account takes files, 'about', 'check VERSION', 'activate VERSION' and 'link PROCESS', and nothing else.");
    }

    @Test
    void whatSudoAllowsIsTwoScriptsWithAVersionAndAName() {
        var version = "ab".repeat(32);
        var as = "setpriv --reuid=livemeter-deploy --regid=livemeter-deploy --init-groups sudo -n ";
        assertThat(host.tryRoot(as + "-u livemeter-relay /usr/local/sbin/livemeter-relay-check " + version + " eve"))
                .isEqualTo("1 result missing");
        for (var order : List.of(
                "id",
                "-u livemeter-relay id",
                "-u root /usr/local/sbin/livemeter-relay-check " + version + " eve",
                "-u livemeter-relay /usr/local/sbin/livemeter-relay-check " + version,
                "-u livemeter-relay /usr/local/sbin/livemeter-relay-check " + version + " eve more",
                "-u livemeter-relay /usr/local/sbin/livemeter-relay-check ../" + version + " eve",
                "-u livemeter-relay /usr/local/sbin/livemeter-relay-activate " + version + " 'eve;id'",
                "-u livemeter-relay /usr/local/sbin/livemeter-relay-run")) {
            assertThat(host.tryRoot(as + order)).as(order).isEqualTo("1 sudo: a password is required");
        }
    }

    @Test
    void filesThatAreNotWhatTheirNameSaysAreNotTaken() throws Exception {
        var version = TestRelayHost.plain("planted").version();
        var folder = "/var/lib/livemeter-relay/incoming/" + version;
        for (var planted : List.of(
                "echo other >" + folder + "/nginx.conf",
                "ln -s /etc/shadow " + folder + "/nginx.conf",
                "mkdir " + folder + "/nginx.conf",
                "mkfifo " + folder + "/nginx.conf",
                "touch " + folder + "/nginx.conf '" + folder + "/a\nb'",
                "truncate -s 20M " + folder + "/nginx.conf",
                "rmdir " + folder + "; ln -s /etc " + folder)) {
            host.root("mkdir " + folder + "; " + planted + "; chown -hR livemeter-deploy:livemeter-relay " + folder);
            var answer = host.ask("check " + version);
            assertThat(answer.result()).as(planted).isIn("altered", "missing");
            host.root("rm -rf " + folder);
        }
        // What lies there under its name is replaced.
        host.root("mkdir " + folder + "; echo other >" + folder
                + "/nginx.conf; chown -R livemeter-deploy:livemeter-relay " + folder);
        assertThat(host.deployment().deploy(TestRelayHost.plain("planted")).inForce())
                .isTrue();
    }

    @Test
    void theAccountOfDeployersWritesToTwoFoldersAlone() {
        var found = host.root(
                "setpriv --reuid=livemeter-deploy --regid=livemeter-deploy --init-groups find / -xdev -writable"
                        + " ! -type l ! -path '/proc/*' ! -path '/tmp/*' ! -path '/dev/*' 2>/dev/null; setpriv --reuid=livemeter-deploy"
                        + " --regid=livemeter-deploy --init-groups find /etc /var/lib /usr/local -writable ! -type l 2>/dev/null;"
                        + " true");
        assertThat(found.lines()
                        .filter(path ->
                                !path.startsWith("/var/tmp") && !path.startsWith("/run/lock") && !path.equals("/tmp")))
                .containsOnly("/var/lib/livemeter-relay/incoming", "/var/lib/livemeter-relay/recordings");
    }
}

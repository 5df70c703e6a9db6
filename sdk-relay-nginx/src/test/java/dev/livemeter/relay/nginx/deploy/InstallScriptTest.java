package dev.livemeter.relay.nginx.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script that makes a relay host, run again and again on one. */
@Tag("once") // no JVM takes part in it
@TestInstance(Lifecycle.PER_CLASS) // the host is installed once
class InstallScriptTest {

    private TestRelayHost host;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        host = TestRelayHost.start(folder);
    }

    @AfterAll
    void stop() {
        host.close();
    }

    private String install(String options) {
        return host.tryRoot(host.install() + " --no-packages " + options);
    }

    @Test
    void aSecondRunHasNothingToDo() {
        assertThat(install("")).isEqualTo("0 Nothing to do: this relay host is as it should be.");
        assertThat(install("--check")).isEqualTo("0 This relay host is as it should be.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chmod 777 /var/lib/livemeter-relay/incoming|folder /var/lib/livemeter-relay/incoming",
                "rmdir /var/lib/livemeter-relay/recordings|folder /var/lib/livemeter-relay/recordings",
                "echo id >>/usr/local/sbin/livemeter-relay-check|file /usr/local/sbin/livemeter-relay-check",
                "chown livemeter-deploy /usr/local/sbin/livemeter-relay-gate|file /usr/local/sbin/livemeter-relay-gate",
                "rm /etc/sudoers.d/livemeter-relay|file /etc/sudoers.d/livemeter-relay",
                "usermod -p '!' livemeter-deploy|account livemeter-deploy is not locked",
                "gpasswd -d livemeter-deploy livemeter-relay|livemeter-deploy belongs to the group livemeter-relay",
                "rm /etc/systemd/system/livemeter-relay.service|file /etc/systemd/system/livemeter-relay.service",
                "sed -i s/restrict,// /var/lib/livemeter-relay/home/.ssh/authorized_keys|file /var/lib/livemeter-relay/home/.ssh/authorized_keys"
            })
    void whatWasChangedIsFoundAndPutRight(String change, String found) {
        host.root(change);
        assertThat(install("--check"))
                .startsWith("1 missing or different: " + found + "\n")
                .endsWith("by running install.sh without --check.");
        assertThat(install("")).startsWith("0 done: " + found + "\n");
        assertThat(install("--check")).isEqualTo("0 This relay host is as it should be.");
    }

    @Test
    void nothingOfItRunsAsRootAndSudoTakesItsRules() {
        assertThat(host.root("stat -c %U /proc/$(cat /var/lib/livemeter-relay/state/nginx.pid)"))
                .isEqualTo("livemeter-relay");
        assertThat(host.root("visudo -c -f /etc/sudoers.d/livemeter-relay"))
                .isEqualTo("/etc/sudoers.d/livemeter-relay: parsed OK");
        assertThat(host.root("cat /etc/sudoers.d/livemeter-relay"))
                .contains("(livemeter-relay)")
                .doesNotContain("(root)", "ALL)");
    }

    @Test
    void aKeyIsLimitedToTheGateOnePortToConnectToAndOneToListenOn() {
        assertThat(host.root("cat /var/lib/livemeter-relay/home/.ssh/authorized_keys"))
                .matches(
                        "restrict,port-forwarding,permitopen=\"127\\.0\\.0\\.1:" + host.controlPort()
                                + "\",permitlisten=\"127\\.0\\.0\\.1:" + host.callbackPort()
                                + "\",command=\"/usr/local/sbin/livemeter-relay-gate alice\" ssh-ed25519 [A-Za-z0-9+/=]+ alice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--jump|The option --jump is not known; --help lists the options.",
                "--key|The option --key needs a value after it; --help tells more.",
                "--key /etc/passwd|Whose key is it? Give --name NAME with --key.",
                "--name eve|Which key? Give --key FILE with --name.",
                "--name 'eve\"' --key x|The name 'eve\"' does not fit; expected a-z, 0-9, '.', '_', '@' and '-', at most 64.",
                "--name eve --key /nothing|The key /nothing cannot be read; name the public key of the deployer, such as id_ed25519.pub.",
                "--name eve --key FOLDER/id|FOLDER/id is a private key; it stays with its owner. Give the file that ends with .pub.",
                "--name eve --key /etc/passwd|/etc/passwd is not one public key as ssh-keygen writes it, such as: ssh-ed25519 AAAA... name",
                "--control-port 80|The option --control-port was given '80'; expected a number from 1024 to 65535."
            })
    void whatDoesNotFitIsRefusedInASentence(String options, String sentence) {
        var folder = host.folder().toString();
        assertThat(install(options.replace("FOLDER", folder))).isEqualTo("2 " + sentence.replace("FOLDER", folder));
    }

    @Test
    void theUnitIsOneThatSystemdTakes() {
        TestRelayHost.needs("/usr/bin/systemd-analyze", "systemd");
        assertThat(host.tryRoot("systemd-analyze verify /etc/systemd/system/livemeter-relay.service"))
                .isEqualTo("0 ");
    }
}

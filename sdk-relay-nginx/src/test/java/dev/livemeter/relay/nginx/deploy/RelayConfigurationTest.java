package dev.livemeter.relay.nginx.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.livemeter.LivemeterException;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.secret.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be deployed where, before any host is asked. */
class RelayConfigurationTest {

    private static void assertRefused(Map<String, String> files, String sentence) {
        assertThatExceptionOfType(LivemeterException.class)
                .isThrownBy(() -> RelayConfiguration.of(files))
                .withMessage(sentence)
                .matches(e -> e.code().equals("deployment.files"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../nginx.conf", "/etc/passwd", "a/b", ".hidden", "", "A.conf", "a b", "-c", "a;b", "a$(id)", "ä"
            })
    void aNameThatCouldLeadElsewhereIsRefused(String name) {
        assertRefused(
                Map.of("nginx.conf", "", name, ""),
                "The name of a file of the configuration, '" + name
                        + "', does not fit; expected 1 to 64 of a-z, 0-9, '.', '_' and '-', and no folder.");
    }

    @Test
    void aNameIsShownWithoutWhatATerminalWouldDoWithIt() {
        assertRefused(
                Map.of("nginx.conf", "", "a\u001b[2J\n", ""),
                "The name of a file of the configuration, 'a?[2J?', does not fit; expected 1 to 64 of a-z, 0-9, '.', '_' and '-', and no"
                        + " folder.");
    }

    @Test
    void whatCannotWorkIsRefused() {
        assertRefused(
                Map.of("other.conf", ""), "The configuration has no file nginx.conf, which is where nginx begins.");
        assertRefused(
                Map.of("nginx.conf", "", "livemeter-proof.conf", ""),
                "The file livemeter-proof.conf is written by the relay host; leave it out.");
        assertRefused(
                Map.of("nginx.conf", "a\0b"), "The file nginx.conf has a NUL character, where nginx would end it.");
        assertRefused(
                Map.of("nginx.conf", "x".repeat(4 * 1024 * 1024 + 1)),
                "The configuration has 1 files and 4194305 bytes; expected at most 64 files and 4194304 bytes.");
        var many = new TreeMap<>(Map.of("nginx.conf", ""));
        for (var i = 0; i < 64; i++) {
            many.put("f" + i, "");
        }
        assertRefused(many, "The configuration has 65 files and 0 bytes; expected at most 64 files and 4194304 bytes.");
    }

    @Test
    void theVersionIsMadeOfNamesAndContents() {
        var one = RelayConfiguration.of(Map.of("nginx.conf", "events {}\n", "b.conf", "ü"));
        // printf 'events {}\n' >nginx.conf; printf 'ü' >b.conf; sha256sum b.conf nginx.conf | sha256sum
        assertThat(one.version()).isEqualTo("5f3e3a3ca28bfbac088bcbb578059e281f754bed1356b333d31093302d0ac03f");
        assertThat(RelayConfiguration.of(Map.of("b.conf", "ü", "nginx.conf", "events {}\n")))
                .isEqualTo(one);
        assertThat(RelayConfiguration.of(Map.of("nginx.conf", "events {}\n", "c.conf", "ü"))
                        .version())
                .isNotEqualTo(one.version());
        assertThat(RelayConfiguration.of(Map.of("nginx.conf", "events {}\n", "b.conf", "u"))
                        .version())
                .isNotEqualTo(one.version());
        assertThat(one.hiding(List.of(Secret.of("events"))).version()).isEqualTo(one.version());
        assertThat(one).hasToString("RelayConfiguration[" + one.version().substring(0, 12) + ", 2 files]");
    }

    @Test
    void redactionTakesKnownSecretsAndWhatLooksLikeAToken() {
        var redaction = new Redaction(List.of(Secret.of("abc"), Secret.of("abcdef"), Secret.of("")));
        assertThat(redaction.apply("abcdef abc xabcx")).isEqualTo("···· ···· x····x");
        assertThat(redaction.apply("location = /k7f3k7f3k7f3k7f3k7f3k7f3k7/run { return 200; }"))
                .isEqualTo("location = /····/run { return 200; }");
        var plain =
                "ngx_stream_ssl_preread_module fastcgi_temp_path 123456789012345678901234 uninterruptedlettersareaword";
        assertThat(redaction.apply(plain)).isEqualTo(plain);
    }

    @Test
    void theHistoryTellsTheEndOfWhatBeganAndLeavesOutWhatIsCut() {
        var first = "a1".repeat(32);
        var second = "b2".repeat(32);
        var text = String.join(
                "\n",
                "ice\t" + first + "\tdeployed\t-",
                "100\talice\t" + first + "\tstarted\t-",
                "101\talice\t" + first + "\tdeployed\t-",
                "200\tbob\t" + second + "\tstarted\t" + first,
                "300\tbob\t" + second + "\tstarted\t" + first,
                "301\tbob\t" + second + "\trolled-back\t" + first,
                "400\tbob\t" + second + "\trefused\t" + first,
                "500\tbob\t" + second + "\tdreamt\t" + first,
                "600\tcarol\t" + second + "\tstarted\t" + first,
                "");
        assertThat(History.parse(text))
                .containsExactly(
                        entry(600, "carol", second, DeploymentRecord.Outcome.INTERRUPTED, first),
                        entry(400, "bob", second, DeploymentRecord.Outcome.REFUSED, first),
                        entry(301, "bob", second, DeploymentRecord.Outcome.ROLLED_BACK, first),
                        entry(200, "bob", second, DeploymentRecord.Outcome.INTERRUPTED, first),
                        entry(101, "alice", first, DeploymentRecord.Outcome.DEPLOYED, ""));
        assertThat(History.parse("")).isEmpty();
    }

    private static DeploymentRecord entry(
            long at, String who, String version, DeploymentRecord.Outcome outcome, String previous) {
        return new DeploymentRecord(Instant.ofEpochSecond(at), who, version, outcome, previous);
    }

    @Test
    void aHostIsDescribedCompletelyOrAllFaultsAreTold() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> RelayHost.at("relay1.example.com").build())
                .satisfies(e -> assertThat(e.faults())
                        .containsExactly(
                                "No file of known hosts is given for the relay host relay1.example.com; give one that holds its key, such"
                                        + " as ~/.ssh/known_hosts.",
                                "No key is given for the relay host relay1.example.com; give the private key whose public half install.sh"
                                        + " was given."));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> RelayHost.at("-oProxyCommand=id")
                        .port(0)
                        .account("root;id")
                        .folder("relative")
                        .knownHosts(Path.of("known"))
                        .key(Path.of("key"))
                        .connectTimeout(Duration.ZERO)
                        .answerTimeout(Duration.ofHours(1))
                        .build())
                .satisfies(e -> assertThat(e.faults())
                        .containsExactly(
                                "The relay host '-oProxyCommand=id' is neither a host name nor an IP address; give one such as"
                                        + " relay1.example.com.",
                                "The SSH port is 0; expected 1 to 65535.",
                                "The account 'root;id' does not fit; expected a name such as livemeter-deploy.",
                                "The folder 'relative' does not fit; expected an absolute path such as /var/lib/livemeter-relay.",
                                "The time to connect is 0 ms; expected 1000 to 60000 ms.",
                                "The time to answer is 3600000 ms; expected 10000 to 600000 ms."));
        var host =
                RelayHost.at("relay1.example.com").knownHosts(Path.of("known")).key(Path.of("key"), Secret.of("hush"));
        assertThat(host.build()).hasToString("relay1.example.com");
        assertThat(host.port(2222).build()).hasToString("relay1.example.com:2222");
    }
}

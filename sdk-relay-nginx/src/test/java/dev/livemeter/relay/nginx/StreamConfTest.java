package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.relay.nginx.StreamConf.AddressFamilies;
import dev.livemeter.secret.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StreamConfTest {

    private static String render(List<TlsRoute> routes) {
        var text = new ArrayList<String>();
        new StreamConf(new StreamConf.Egress(Path.of("/ca.pem"), 5353, AddressFamilies.IPV4, routes), null)
                .render(text, "stderr");
        return String.join("\n", text);
    }

    @Test
    void isWrittenLikeThis() {
        assertThat(render(List.of(new TlsRoute(new TlsHost("platform.test", 443), 19351))))
                .isEqualTo("""
                stream {
                  resolver 127.0.0.1:5353 valid=5s ipv6=off;
                  resolver_timeout 3s;
                  map $server_port $egress_server {
                    19351 "platform.test:443";
                  }
                  map $server_port $egress_name {
                    19351 "platform.test";
                  }
                  server {
                    error_log stderr error;
                    listen 127.0.0.1:19351;
                    proxy_connect_timeout 4s;
                    proxy_timeout 60s;
                    proxy_socket_keepalive on;
                    proxy_ssl on;
                    proxy_ssl_protocols TLSv1.2 TLSv1.3;
                    proxy_ssl_session_reuse off;
                    proxy_ssl_server_name on;
                    proxy_ssl_name $egress_name;
                    proxy_ssl_verify on;
                    proxy_ssl_verify_depth 5;
                    proxy_ssl_trusted_certificate "/ca.pem";
                    proxy_pass $egress_server;
                  }
                }""");
    }

    @Test
    void aWayWithAddressesLeadsToTheseAndAsksNobody() {
        var text = new ArrayList<String>();
        var route = new TlsRoute(
                new TlsHost("platform.test", 443),
                18943,
                List.of(IpLiteral.address("192.0.2.1"), IpLiteral.address("192.0.2.2")));
        new StreamConf(new StreamConf.Egress(Path.of("/ca.pem"), 0, AddressFamilies.IPV4, List.of(route)), null)
                .render(text, "stderr");
        assertThat(String.join("\n", text)).startsWith("""
                stream {
                  upstream egress_18943 {
                    server 192.0.2.1:443 max_fails=0;
                    server 192.0.2.2:443 max_fails=0;
                  }
                  map $server_port $egress_server {
                    18943 "egress_18943";
                  }
                  map $server_port $egress_name {
                    18943 "platform.test";
                  }
                """).doesNotContain("resolver");
    }

    /** Whatever somebody enters as a server: it is refused, or it changes two values and nothing else. */
    @Test
    @DisplayName("Acceptance 13: nothing that is entered changes the structure")
    void nothingThatIsEnteredChangesTheStructure() {
        var random = new Random(20261121);
        var alphabet = "abz09.-_;{}\"'\\$#%:@ \n\t/?&=\u0000é";
        var plain = structure(render(List.of(new TlsRoute(new TlsHost("platform.test", 443), 19351))));
        var accepted = 0;
        for (var round = 0; round < 20_000; round++) {
            var host = new StringBuilder();
            random.ints(1 + random.nextInt(12), 0, round % 2 == 0 ? 7 : alphabet.length())
                    .forEach(at -> host.append(alphabet.charAt(at)));
            final URI server;
            try {
                server = URI.create("rtmps://" + host + "/app");
            } catch (IllegalArgumentException noUri) {
                continue;
            }
            var target = new PushTarget(server, Secret.of("key"));
            if (PushLocation.objectionTo(target).isEmpty()) {
                accepted++;
                var text = render(List.of(new TlsRoute(TlsHost.of(target).orElseThrow(), 19351)));
                assertThat(structure(text)).as(host.toString()).isEqualTo(plain);
            }
        }
        assertThat(accepted).isGreaterThan(500);
    }

    private static String structure(String text) {
        return Pattern.compile("19351 \"[a-z0-9.-]+(:[0-9]+)?\";").matcher(text).replaceAll("ROUTE");
    }
}

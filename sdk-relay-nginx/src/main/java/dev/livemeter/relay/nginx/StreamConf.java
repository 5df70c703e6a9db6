package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PublicAddresses;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The part of the configuration that speaks TLS, by nginx's stream module (decision record 0011). Of users' data it holds host names
 * and ports alone, both of few characters.
 */
record StreamConf(@Nullable Egress egress, @Nullable Ingest ingest) {

    private static final String LOOPBACK = "127.0.0.1";

    /**
     * To platforms.
     *
     * @param authorities certificates of those whose word is taken
     * @param nameServerPort on loopback, of our own {@link NameServer}; 0 where the ways have addresses
     */
    record Egress(Path authorities, int nameServerPort, AddressFamilies families, List<TlsRoute> routes) {

        Egress {
            routes = List.copyOf(routes);
        }
    }

    /** Which addresses of a server are asked for. */
    enum AddressFamilies {
        IPV4,
        IPV4_AND_IPV6;

        /** IPv6 only where this machine has a public address of it; else every second try would end nowhere. */
        static AddressFamilies ofThisMachine() {
            try {
                return NetworkInterface.networkInterfaces()
                                .flatMap(NetworkInterface::inetAddresses)
                                .anyMatch(
                                        address -> address instanceof Inet6Address && PublicAddresses.include(address))
                        ? IPV4_AND_IPV6
                        : IPV4;
            } catch (SocketException unknown) {
                return IPV4;
            }
        }
    }

    /**
     * From encoders.
     *
     * @param host an IP address to listen on
     * @param innerPort on loopback, where the decrypted stream goes together with the encoder's address
     */
    record Ingest(String host, int port, int innerPort, Path certificate, Path key) {

        Ingest {
            if (!IpLiteral.isOne(host)) {
                throw new IllegalArgumentException("The ingest host is not an IP address.");
            }
        }
    }

    StreamConf withRoutes(List<TlsRoute> routes) {
        return egress == null
                ? this
                : new StreamConf(
                        new Egress(egress.authorities(), egress.nameServerPort(), egress.families(), routes), ingest);
    }

    void render(List<String> text, String log) {
        text.add("stream {");
        if (egress != null && !egress.routes().isEmpty()) {
            render(egress, text, log);
        }
        if (ingest != null) {
            render(ingest, text, log);
        }
        text.add("}");
    }

    private static void render(Egress egress, List<String> text, String log) {
        var families = egress.families() == AddressFamilies.IPV4 ? " ipv6=off" : "";
        if (egress.nameServerPort() > 0) {
            text.add("  resolver " + LOOPBACK + ":" + egress.nameServerPort() + " valid=5s" + families + ";");
            text.add("  resolver_timeout 3s;");
        }
        for (var route : egress.routes()) {
            if (!route.addresses().isEmpty()) {
                group(text, route);
            }
        }
        map(text, "server", egress.routes(), StreamConf::server);
        map(text, "name", egress.routes(), route -> route.host().name());
        text.add("  server {");
        // Here nothing is known of RTMP, so its complaints hold no keys; they tell why a certificate was not believed.
        text.add("    error_log " + log + " error;");
        for (var route : egress.routes()) {
            text.add("    listen " + LOOPBACK + ":" + route.port() + ";");
        }
        text.add("    proxy_connect_timeout 4s;");
        text.add("    proxy_timeout 60s;");
        text.add("    proxy_socket_keepalive on;");
        text.add("    proxy_ssl on;");
        text.add("    proxy_ssl_protocols TLSv1.2 TLSv1.3;");
        text.add("    proxy_ssl_session_reuse off;");
        text.add("    proxy_ssl_server_name on;");
        text.add("    proxy_ssl_name $egress_name;");
        text.add("    proxy_ssl_verify on;");
        text.add("    proxy_ssl_verify_depth 5;");
        text.add("    proxy_ssl_trusted_certificate " + NginxConf.quoted(egress.authorities()) + ";");
        text.add("    proxy_pass $egress_server;");
        text.add("  }");
    }

    /** A name and a port, or a group of addresses. */
    private static String server(TlsRoute route) {
        return route.addresses().isEmpty()
                ? route.host().name() + ":" + route.host().port()
                : group(route);
    }

    private static String group(TlsRoute route) {
        return "egress_" + route.port();
    }

    private static void group(List<String> text, TlsRoute route) {
        text.add("  upstream " + group(route) + " {");
        for (var address : route.addresses()) {
            // Each attempt may have any of them; what is down is the platform's to say.
            text.add("    server " + IpLiteral.beforePort(address.getHostAddress()) + ":"
                    + route.host().port() + " max_fails=0;");
        }
        text.add("  }");
    }

    private static void map(
            List<String> text, String variable, List<TlsRoute> routes, Function<TlsRoute, String> value) {
        text.add("  map $server_port $egress_" + variable + " {");
        for (var route : routes) {
            text.add("    " + route.port() + " \"" + value.apply(route) + "\";");
        }
        text.add("  }");
    }

    private static void render(Ingest ingest, List<String> text, String log) {
        text.add("  server {");
        // Whoever scans the internet makes handshakes fail; that is no news.
        text.add("    error_log " + log + " emerg;");
        text.add("    listen " + IpLiteral.beforePort(ingest.host()) + ":" + ingest.port() + " ssl;");
        text.add("    ssl_protocols TLSv1.2 TLSv1.3;");
        text.add("    ssl_handshake_timeout 10s;");
        text.add("    ssl_certificate " + NginxConf.quoted(ingest.certificate()) + ";");
        text.add("    ssl_certificate_key " + NginxConf.quoted(ingest.key()) + ";");
        text.add("    proxy_connect_timeout 2s;");
        text.add("    proxy_timeout 60s;");
        text.add("    proxy_protocol on;");
        // By TCP: what comes through a unix socket nginx-rtmp takes for its own, and asks nobody.
        text.add("    proxy_pass " + LOOPBACK + ":" + ingest.innerPort() + ";");
        text.add("  }");
    }
}

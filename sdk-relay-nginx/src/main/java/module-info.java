/** The relay on nginx and its RTMP module. */
module dev.livemeter.relay.nginx {
    requires transitive dev.livemeter.core;
    requires com.hierynomus.sshj;
    requires dev.livemeter.rtmp;
    requires io.github.javadiffutils;
    requires java.net.http;
    requires java.xml;
    requires jdk.httpserver;
    requires org.slf4j;

    exports dev.livemeter.relay.nginx;
    exports dev.livemeter.relay.nginx.deploy;

    provides dev.livemeter.spi.ComponentProvider with
            dev.livemeter.relay.nginx.NginxRelayProvider,
            dev.livemeter.relay.nginx.NginxHostRelayProvider;
}

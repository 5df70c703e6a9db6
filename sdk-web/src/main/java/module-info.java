/** The REST interface of Livemeter as a server-neutral handler, and its mount on Jetty. */
module dev.livemeter.http {
    requires transitive dev.livemeter.billing;
    requires transitive dev.livemeter.core;
    requires transitive dev.livemeter.signaling;
    requires jakarta.json;
    requires transitive org.eclipse.jetty.server;
    requires org.eclipse.jetty.websocket.api;
    requires org.eclipse.jetty.websocket.server;
    requires static transitive jakarta.servlet;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.livemeter.http;
    exports dev.livemeter.http.jetty;
    exports dev.livemeter.http.servlet;

    uses jakarta.json.spi.JsonProvider;
}

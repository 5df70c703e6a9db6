package dev.livemeter.http.signaling;

import dev.livemeter.http.servlet.SignalingServlet;
import dev.livemeter.http.servlet.TomcatServer;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.testing.contract.PeerFixture.Settings;
import java.net.URI;
import java.util.Map;

/** Our server in a real Tomcat. */
record TomcatPeers(SignalingServer signaling, TomcatServer tomcat) implements AutoCloseable {

    static TomcatPeers start(Settings settings) {
        var signaling = OwnServer.signaling(settings);
        return new TomcatPeers(signaling, TomcatServer.start(Map.of("/*", new SignalingServlet(signaling))));
    }

    URI url() {
        var path = signaling.options().path();
        return URI.create("http://127.0.0.1:" + tomcat.port() + (path.equals("/") ? path : path + "/"));
    }

    @Override
    public void close() {
        tomcat.close();
        signaling.close();
    }
}

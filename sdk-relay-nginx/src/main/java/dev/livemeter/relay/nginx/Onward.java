package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.rtmp.PublishNames;
import dev.livemeter.rtmp.RtmpSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where the bridge passes a stream on to. Holds a platform's key, so it prints without.
 *
 * @param address that was checked; it is connected to, and no name is resolved again
 * @param tls what the server's certificate must prove; null where nothing is encrypted on this way
 */
record Onward(InetAddress address, int port, @Nullable TlsHost tls, PushTarget target) {

    InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    /** As an encoder names it that is given that destination. */
    PublishNames names() {
        var server = target.server();
        var application = RtmpSession.application(server);
        return new PublishNames(
                application,
                server.getScheme() + "://" + server.getRawAuthority() + "/" + application,
                target.key().reveal());
    }

    @Override
    public String toString() {
        return "Onward[····]";
    }
}

package dev.livemeter.http.servlet;

import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import org.jspecify.annotations.Nullable;

/** What a servlet container makes for a connection that it hands over. Public, because the container makes it by reflection; of no use to hosts. */
public final class SocketUpgrade implements HttpUpgradeHandler {

    private @Nullable ServletSocket socket;

    /** For the container. */
    public SocketUpgrade() {}

    void of(ServletSocket whose) {
        socket = whose;
    }

    @Override
    public void init(WebConnection connection) {
        var mine = socket;
        if (mine != null) {
            mine.upgraded(connection);
        }
    }

    @Override
    public void destroy() {
        var mine = socket;
        if (mine != null) {
            mine.destroyed();
        }
    }
}

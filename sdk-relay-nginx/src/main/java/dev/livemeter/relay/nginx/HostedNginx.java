package dev.livemeter.relay.nginx;

import java.util.concurrent.CompletableFuture;

/** One life of the nginx on a relay host. The host starts it and starts it again; here it is only looked at. Thread-safe. */
final class HostedNginx implements NginxProcess {

    private final String master;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    /**
     * @param master tells this life from others
     */
    HostedNginx(String master) {
        this.master = master;
    }

    /** The host tells which nginx runs there now. */
    void told(String runsNow) {
        if (!runsNow.equals(master)) {
            gone.complete(null);
        }
    }

    @Override
    public CompletableFuture<Void> onExit() {
        return gone;
    }

    @Override
    public boolean isAlive() {
        return !gone.isDone();
    }

    @Override
    public void stop() {
        // It is the host's.
    }

    @Override
    public void release() {
        // Its streams go on without us, for as long as the gate lets them.
    }
}

package dev.livemeter.relay.nginx.deploy;

import java.time.Duration;

/** Hears how a deployment goes on. Called on the thread that deploys, in order. */
@FunctionalInterface
public interface DeploymentListener {

    /**
     * One step is done.
     *
     * @param sentence for people; holds no secret
     * @param since the beginning of the deployment
     */
    void step(String sentence, Duration since);

    /** Nobody listens. */
    static DeploymentListener none() {
        return (sentence, since) -> {};
    }
}

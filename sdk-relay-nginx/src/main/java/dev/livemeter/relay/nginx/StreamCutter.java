package dev.livemeter.relay.nginx;

/** Orders nginx to drop whoever publishes a stream. Thread-safe; returns without waiting; an order can get lost. */
@FunctionalInterface
interface StreamCutter {

    /**
     * Orders it.
     *
     * @param application of the RTMP server
     * @param stream as nginx knows it: the session id
     */
    void cut(String application, String stream);
}

/** RTMP as a client speaks it. For our own adapters; hosts see nothing of it. */
@SuppressWarnings("module") // those two are compiled later
module dev.livemeter.rtmp {
    requires static org.jspecify;

    exports dev.livemeter.rtmp to
            dev.livemeter.platforms,
            dev.livemeter.relay.nginx;
}

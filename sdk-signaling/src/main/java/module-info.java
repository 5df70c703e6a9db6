/** Signaling as PeerJS speaks it, without sockets. */
module dev.livemeter.signaling {
    requires transitive dev.livemeter.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.livemeter.signaling;
}

/** Joins signaling servers over Redis. */
module dev.livemeter.signaling.redis {
    requires transitive dev.livemeter.core;
    requires lettuce.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.livemeter.signaling.redis;
}

/** In-memory siblings of every port, a clock that is set by hand, and the contract kits. */
module dev.livemeter.testing {
    requires transitive dev.livemeter.core;
    requires transitive dev.livemeter.billing;
    requires java.net.http;
    requires transitive org.junit.jupiter.api;
    requires transitive org.junit.jupiter.params;
    requires org.assertj.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.livemeter.testing;
    exports dev.livemeter.testing.contract;
    exports dev.livemeter.testing.simulation;
}

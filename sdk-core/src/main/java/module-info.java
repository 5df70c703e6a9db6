/** The domain of Livemeter, its use cases and SPIs. Needs only the JDK and slf4j. */
module dev.livemeter.core {
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.livemeter;
    exports dev.livemeter.account;
    exports dev.livemeter.broadcast;
    exports dev.livemeter.broadcast.chat;
    exports dev.livemeter.call;
    exports dev.livemeter.chat;
    exports dev.livemeter.config;
    exports dev.livemeter.destination;
    exports dev.livemeter.event;
    exports dev.livemeter.fleet;
    exports dev.livemeter.identity;
    exports dev.livemeter.ingest;
    exports dev.livemeter.metrics;
    exports dev.livemeter.moderation;
    exports dev.livemeter.money;
    exports dev.livemeter.peer;
    exports dev.livemeter.recording;
    exports dev.livemeter.room;
    exports dev.livemeter.secret;
    exports dev.livemeter.session;
    exports dev.livemeter.spi;
    exports dev.livemeter.tariff;
    exports dev.livemeter.thumbnail;
    exports dev.livemeter.time;
    exports dev.livemeter.turn;
    exports dev.livemeter.wallet;
    exports dev.livemeter.web;

    uses dev.livemeter.spi.ComponentProvider;
}

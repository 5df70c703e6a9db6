/** Strict stand-ins for platforms on loopback, for tests and demonstrations. It sees nothing of Livemeter, so that it can only know what the platforms publish. */
module dev.livemeter.standin {
    requires jakarta.json;
    requires jdk.httpserver;
    requires static org.jspecify;

    exports dev.livemeter.standin.facebook;
    exports dev.livemeter.standin.kick;
    exports dev.livemeter.standin.rtmp;
    exports dev.livemeter.standin.twitch;
    exports dev.livemeter.standin.youtube;

    uses jakarta.json.spi.JsonProvider;
}

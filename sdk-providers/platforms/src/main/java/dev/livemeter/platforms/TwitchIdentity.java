package dev.livemeter.platforms;

import dev.livemeter.platforms.http.Dialect;

/** Twitch's authorization server, which has a scheme of its own for tokens that it is asked about. */
record TwitchIdentity() implements Dialect {

    @Override
    public String platform() {
        return "Twitch";
    }

    @Override
    public String tokenScheme() {
        return "OAuth";
    }
}

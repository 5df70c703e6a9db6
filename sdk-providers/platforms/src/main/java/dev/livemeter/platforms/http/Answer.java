package dev.livemeter.platforms.http;

import dev.livemeter.spi.PlatformTrouble;
import jakarta.json.JsonObject;
import java.util.function.Function;

/** What a request to a platform came to. */
public sealed interface Answer {

    /** The platform did it. It prints nothing of what came back. */
    record Ok(JsonObject json) implements Answer {
        @Override
        public String toString() {
            return "Ok";
        }
    }

    /** It did not, or did not say so. */
    record Failed(PlatformTrouble trouble) implements Answer {}

    default <T> T fold(Function<JsonObject, T> ok, Function<PlatformTrouble, T> failed) {
        return this instanceof Ok done ? ok.apply(done.json()) : failed.apply(((Failed) this).trouble());
    }
}

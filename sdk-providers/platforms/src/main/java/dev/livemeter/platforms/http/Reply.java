package dev.livemeter.platforms.http;

import jakarta.json.JsonObject;
import java.net.http.HttpHeaders;
import java.util.Optional;

/**
 * What came back, whatever its status. It prints its status alone.
 *
 * @param json empty where the body was
 */
public record Reply(int status, HttpHeaders headers, JsonObject json) {

    public boolean successful() {
        return status >= 200 && status < 300;
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    @Override
    public String toString() {
        return "Reply[" + status + "]";
    }
}

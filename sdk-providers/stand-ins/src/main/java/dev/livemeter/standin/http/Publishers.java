package dev.livemeter.standin.http;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What an nginx with its RTMP module tells by {@code on_publish} and {@code on_publish_done}. A stream lasts until its last publisher is gone: nginx tells also of a second one that it
 * then does not take. Not thread-safe.
 */
public final class Publishers {

    private final Stage stage;
    private final Map<String, Set<String>> clients = new HashMap<>();

    /** What a platform does about streams. */
    public interface Stage {

        /**
         * Media come under a key.
         *
         * @param arguments what the publisher wrote behind its key, such as {@code bandwidthtest=true}
         * @return whether the key is known
         */
        boolean begins(String key, Map<String, String> arguments);

        /** No more come. */
        void ends(String key);
    }

    public Publishers(Stage stage) {
        this.stage = stage;
    }

    /** Answers what nginx posts. */
    public Response told(Request request) {
        if (!request.isOf("application/x-www-form-urlencoded")) {
            return Response.text(400, "nginx-rtmp sends a form.");
        }
        var fields = request.form();
        var key = fields.getOrDefault("name", "");
        var client = fields.getOrDefault("clientid", "");
        switch (fields.getOrDefault("call", "")) {
            case "publish" -> {
                if (key.isEmpty() || !stage.begins(key, fields)) {
                    return Response.text(403, "This key is not known.");
                }
                clients.computeIfAbsent(key, any -> new HashSet<>()).add(client);
            }
            case "publish_done" -> {
                var there = clients.get(key);
                if (there != null && there.remove(client) && there.isEmpty()) {
                    clients.remove(key);
                    stage.ends(key);
                }
            }
            default -> {
                return Response.text(400, "Only publish and publish_done are known here.");
            }
        }
        return Response.empty(200);
    }
}

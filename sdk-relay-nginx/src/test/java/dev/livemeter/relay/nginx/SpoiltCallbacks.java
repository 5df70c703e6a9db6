package dev.livemeter.relay.nginx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Callbacks that nginx would send, changed a little or not at all, and others that are nothing but noise. Who publishes in them is one of two, and who pushes is neither. */
final class SpoiltCallbacks {

    private static final List<String> ROOMS = List.of("ingest", "pushes", "node", "other");
    private static final List<String> EVENTS = List.of("publish", "update", "publish_done", "play", "play_done", "");
    private static final List<String> PIECES = List.of(
            "app=live",
            "clientid=1",
            "clientid=2",
            "clientid=",
            "clientid=99999999999999999999",
            "call=publish",
            "call=update_publish",
            "call=publish_done",
            "call=play",
            "call=play_done",
            "name=key",
            "name=",
            "name=%",
            "name=%0d%0a",
            "addr=1.2.3.4",
            "&",
            "=",
            "%zz",
            "\r\n",
            "\0",
            "ring=x",
            "é",
            "name=key%00",
            "a=b=c");

    /** No digit is among them: another number would be another connection. */
    private static final String CHARACTERS = "&=%+;?/ax \r\n\0é";

    private final Random random;

    SpoiltCallbacks(Random random) {
        this.random = random;
    }

    /** What is sent, and to where below the token. */
    record Callback(String room, String event, String body) {}

    /**
     * Every second one was a valid one, of which every third is so still.
     *
     * @param stream the name that a stream goes on by
     * @param address where it is pushed to
     */
    Callback next(String stream, String address) {
        if (random.nextBoolean()) {
            return new Callback(anyOf(ROOMS), anyOf(EVENTS), noise());
        }
        var valid = valid(stream, address);
        var fields = new ArrayList<>(List.of(valid.body().split("&", -1)));
        for (var change = random.nextInt(3); change > 0; change--) {
            change(fields);
        }
        // As clients can: nginx writes what stands behind a key after all of its own.
        var behind = random.nextInt(4) == 0 ? "&" + noise() : "";
        return new Callback(valid.room(), valid.event(), String.join("&", fields) + behind);
    }

    private Callback valid(String stream, String address) {
        var ours = 1 + random.nextInt(2);
        var push = 11 + random.nextInt(2);
        return switch (random.nextInt(9)) {
            case 0 -> publish(ours, "key");
            case 1 -> done(ours, "key");
            case 2, 6, 7 -> heartbeat(ours, "key");
            case 3 -> play(push, stream, address);
            case 4 -> pushHeartbeat("ingest", push, stream, address);
            case 5 -> pushHeartbeat("pushes", push, stream, address);
            default -> playDone(push, stream, address);
        };
    }

    static Callback publish(int client, String key) {
        return new Callback("ingest", "publish", publisher(client, "publish") + "&name=" + key + "&type=live");
    }

    static Callback heartbeat(int client, String key) {
        return new Callback(
                "ingest",
                "update",
                publisher(client, "update_publish") + "&time=5&timestamp=5000&name=" + key + "&type=live");
    }

    static Callback done(int client, String key) {
        return new Callback("ingest", "publish_done", publisher(client, "publish_done") + "&name=" + key);
    }

    static Callback play(int client, String stream, String address) {
        return new Callback("ingest", "play", push(client, "play", address) + "&name=" + stream + "&start=0&reset=0");
    }

    private static Callback playDone(int client, String stream, String address) {
        return new Callback("ingest", "play_done", push(client, "play_done", address) + "&name=" + stream);
    }

    static Callback pushHeartbeat(String room, int client, String stream, String address) {
        return new Callback(
                room,
                "update",
                push(client, "update_play", address) + "&time=5&timestamp=5000&name=" + stream + "&start=0");
    }

    private static String publisher(int client, String call) {
        return "app=live&flashver=FMLE/3.0&swfurl=&tcurl=rtmp://192.0.2.1/live&pageurl=&addr=192.0.2.7&clientid="
                + client + "&call=" + call;
    }

    private static String push(int client, String call, String address) {
        return "app=&flashver=ngx-local-relay&swfurl=&tcurl=&pageurl=&addr=" + address + "&clientid=" + client
                + "&call=" + call;
    }

    private void change(List<String> fields) {
        var at = random.nextInt(fields.size());
        switch (random.nextInt(4)) {
            case 0 -> fields.remove(at);
            case 1 -> fields.add(random.nextInt(fields.size()), fields.get(at));
            case 2 -> Collections.swap(fields, at, random.nextInt(fields.size()));
            default -> fields.set(at, spoilt(fields.get(at)));
        }
    }

    /** With one character more, or in place of another. */
    private String spoilt(String field) {
        var at = random.nextInt(field.length() + 1);
        var end = Math.min(field.length(), at + random.nextInt(2));
        return field.substring(0, at) + CHARACTERS.charAt(random.nextInt(CHARACTERS.length())) + field.substring(end);
    }

    private String noise() {
        var text = new StringBuilder();
        for (var piece = random.nextInt(8); piece >= 0; piece--) {
            text.append(random.nextInt(4) == 0 ? "" : "&").append(anyOf(PIECES));
        }
        return text.toString();
    }

    private String anyOf(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}

package dev.livemeter.rtmp;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command of who publishes, as far as it names something. Where names are put in place of others, all other bytes stay as they came. */
final class PublishCommand {

    private static final String CONNECT = "connect";
    private static final String PUBLISH = "publish";
    private static final String APPLICATION = "app";

    private final byte[] body;
    private final String name;
    private final List<Place> places = new ArrayList<>();

    /** A text in the body, from its type on. */
    private record Place(String of, int from, int to, String text) {}

    private PublishCommand(byte[] body, String name) {
        this.body = body;
        this.name = name;
    }

    /** Reads a message of the type {@link Message#COMMAND} or {@link Message#COMMAND_OF_AMF3}; the latter has a byte before its values. */
    static PublishCommand read(int type, byte[] body) throws RtmpFault {
        var reader = new AmfReader(body, type == Message.COMMAND_OF_AMF3 ? 1 : 0);
        var command = new PublishCommand(body, reader.next() instanceof Amf.Text text ? text.value() : "");
        switch (command.name) {
            case CONNECT -> {
                reader.next();
                reader.eachMember((member, value, from) -> command.note(member, value, from, reader.at()));
            }
            case "releaseStream", "FCPublish", PUBLISH -> {
                reader.next();
                reader.next();
                var from = reader.at();
                command.note("", reader.next(), from, reader.at());
            }
            default -> {
                // It names nothing.
            }
        }
        return command;
    }

    private void note(String of, Amf value, int from, int to) {
        if (value instanceof Amf.Text text) {
            places.add(new Place(of, from, to, text.value()));
        }
    }

    boolean isConnect() {
        return name.equals(CONNECT);
    }

    boolean isPublish() {
        return name.equals(PUBLISH);
    }

    /** The application that is asked for; empty where none is. */
    String application() {
        return places.stream()
                .filter(place -> place.of().equals(APPLICATION))
                .map(Place::text)
                .findFirst()
                .orElse("");
    }

    /** The same command with those names. */
    byte[] naming(PublishNames names) {
        var out = new ByteArrayOutputStream();
        var at = 0;
        for (var place : places) {
            var text = isConnect() ? inConnect(place.of(), names) : names.stream();
            if (text != null) {
                out.write(body, at, place.from() - at);
                out.writeBytes(new AmfWriter().text(text).toBytes());
                at = place.to();
            }
        }
        out.write(body, at, body.length - at);
        return out.toByteArray();
    }

    private static @Nullable String inConnect(String member, PublishNames names) {
        return switch (member) {
            case APPLICATION -> names.application();
            case "tcUrl" -> names.tcUrl();
            default -> null;
        };
    }
}

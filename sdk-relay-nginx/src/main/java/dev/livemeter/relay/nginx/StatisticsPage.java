package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.Statistics.Count;
import dev.livemeter.relay.nginx.Statistics.Media;
import dev.livemeter.relay.nginx.Statistics.Place;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads nginx-rtmp's statistics. Takes names, bytes, ages and media of streams and nothing else: addresses there can hold platforms' keys. Neither document
 * types nor entities are followed, and a page that is too long is refused.
 */
final class StatisticsPage {

    static final int MOST_BYTES = 8 * 1024 * 1024;
    private static final int DEEPEST = 20;
    private static final int MOST_PIXELS = 65_536;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern CODEC = Pattern.compile("[A-Za-z0-9 .-]{1,32}");

    private final Map<Place, Count> counts = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private String application = "";
    private String stream = "";
    private final Map<String, String> facts = new HashMap<>();

    private StatisticsPage() {}

    /** What each stream of each application sent; {@code IOException} where the page is none. */
    static Map<Place, Count> parse(InputStream text) throws IOException {
        var bytes = text.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new IOException("the page is longer than " + MOST_BYTES + " bytes");
        }
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        // Left to itself it prints what it does not understand.
        factory.setXMLReporter((message, type, related, location) -> {});
        try {
            var reader = factory.createXMLStreamReader(new ByteArrayInputStream(bytes));
            var page = new StatisticsPage();
            while (reader.hasNext()) {
                page.take(reader, reader.next());
            }
            return page.counts;
        } catch (XMLStreamException e) {
            // Its message can repeat parts of the page.
            throw new IOException("the page is not well-formed");
        }
    }

    private void take(XMLStreamReader reader, int event) throws IOException {
        if (event == XMLStreamConstants.START_ELEMENT) {
            open.push(reader.getLocalName());
            if (open.size() > DEEPEST) {
                throw new IOException("the page is nested deeper than " + DEEPEST + " elements");
            }
            begin();
        } else if (event == XMLStreamConstants.CHARACTERS) {
            text(reader.getText());
        } else if (event == XMLStreamConstants.END_ELEMENT) {
            if ("stream".equals(open.pop()) && !stream.isEmpty()) {
                counts.put(new Place(application, stream), count());
            }
        }
    }

    private void begin() {
        if ("application".equals(open.peek())) {
            application = "";
        } else if ("stream".equals(open.peek())) {
            stream = "";
            facts.clear();
        }
    }

    private void text(String text) {
        var levels = open.iterator();
        var element = levels.hasNext() ? levels.next() : "";
        var parent = levels.hasNext() ? levels.next() : "";
        switch (parent + "/" + element) {
            case "application/name" -> application = text.strip();
            case "stream/name" -> stream = text.strip();
            case "stream/bytes_in",
                    "stream/bytes_out",
                    "stream/time",
                    "stream/bw_video",
                    "stream/bw_audio",
                    "video/codec",
                    "video/width",
                    "video/height",
                    "video/frame_rate",
                    "audio/codec" -> facts.put(parent + "/" + element, text.strip());
            default -> {}
        }
    }

    private Count count() {
        return new Count(
                number("stream/bytes_in"),
                number("stream/bytes_out"),
                number("stream/time"),
                new Media(
                        codec("video/codec"),
                        codec("audio/codec"),
                        small("video/width"),
                        small("video/height"),
                        small("video/frame_rate"),
                        number("stream/bw_video"),
                        number("stream/bw_audio")));
    }

    private String codec(String fact) {
        var name = facts.getOrDefault(fact, "");
        return CODEC.matcher(name).matches() ? name : "";
    }

    private int small(String fact) {
        return (int) Math.min(number(fact), MOST_PIXELS);
    }

    private long number(String fact) {
        var digits = facts.getOrDefault(fact, "");
        return NUMBER.matcher(digits).matches() ? Long.parseLong(digits) : 0;
    }
}

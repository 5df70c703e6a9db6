package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.Statistics.Count;
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
 * Reads nginx-rtmp's statistics. Takes names, bytes and ages of streams and nothing else: addresses there can hold platforms' keys. Neither document
 * types nor entities are followed, and a page that is too long is refused.
 */
final class StatisticsPage {

    static final int MOST_BYTES = 8 * 1024 * 1024;
    private static final int DEEPEST = 20;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final Map<Place, Count> counts = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private String application = "";
    private String stream = "";
    private long bytesOut;
    private long ageMillis;

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
                counts.put(new Place(application, stream), new Count(bytesOut, ageMillis));
            }
        }
    }

    private void begin() {
        if ("application".equals(open.peek())) {
            application = "";
        } else if ("stream".equals(open.peek())) {
            stream = "";
            bytesOut = 0;
            ageMillis = 0;
        }
    }

    private void text(String text) {
        var levels = open.iterator();
        var element = levels.hasNext() ? levels.next() : "";
        var parent = levels.hasNext() ? levels.next() : "";
        switch (parent + "/" + element) {
            case "application/name" -> application = text.strip();
            case "stream/name" -> stream = text.strip();
            case "stream/bytes_out" -> bytesOut = number(text);
            case "stream/time" -> ageMillis = number(text);
            default -> {}
        }
    }

    private static long number(String text) {
        var digits = text.strip();
        return NUMBER.matcher(digits).matches() ? Long.parseLong(digits) : 0;
    }
}

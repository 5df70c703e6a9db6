package dev.livemeter.rtmp;

import java.util.Map;

/** A value of AMF 0, as far as commands need it. */
public sealed interface Amf {

    /** A number. */
    record Numeric(double value) implements Amf {}

    /** A truth value. */
    record Truth(boolean value) implements Amf {}

    /** Text. */
    record Text(String value) implements Amf {}

    /** An object, or an array by names. */
    record Members(Map<String, Amf> values) implements Amf {
        public Members {
            values = Map.copyOf(values);
        }

        /** The number of that name, or 0. */
        public double number(String name) {
            return values.get(name) instanceof Numeric number ? number.value() : 0;
        }

        /** The text of that name, or nothing. */
        public String text(String name) {
            return values.get(name) instanceof Text text ? text.value() : "";
        }
    }

    /** Null, undefined, or something that no command needs. */
    record Nothing() implements Amf {}
}

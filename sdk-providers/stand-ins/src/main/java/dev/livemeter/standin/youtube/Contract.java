package dev.livemeter.standin.youtube;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code contract.txt} says, and whether a request keeps to it. */
final class Contract {

    /** Parameters that every method of Google's APIs takes. */
    private static final Set<String> EVERYWHERE = Set.of(
            "alt", "fields", "prettyPrint", "quotaUser", "key", "$.xgafv", "uploadType", "upload_protocol", "callback");

    private static final String API = "https://www.googleapis.com/auth/";
    static final String YOUTUBE = API + "youtube";
    static final String READONLY = API + "youtube.readonly";
    static final String FORCE_SSL = API + "youtube.force-ssl";

    private final Map<String, Method> methods = new LinkedHashMap<>();

    Contract() {
        try (var lines = Objects.requireNonNull(Contract.class.getResourceAsStream("contract.txt"))) {
            for (var line : new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                var words = line.split(" ");
                if (words[0].equals("method")) {
                    methods.put(words[1], Method.read(words));
                } else if (words[0].equals("field")) {
                    named(words[1]).fields().put(words[2], Field.read(words));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The method at a path, or an error as a server for all of Google would give. */
    Method find(String verb, String path) {
        var there = methods.values().stream()
                .filter(method -> method.path().equals(path))
                .toList();
        if (there.isEmpty()) {
            throw new ApiError(404, "global", "notFound", "Not Found");
        }
        return there.stream()
                .filter(method -> method.verb().equals(verb))
                .findFirst()
                .orElseThrow(() -> new ApiError(405, "global", "httpMethodNotAllowed", "Method not allowed: " + verb));
    }

    Method named(String name) {
        return Objects.requireNonNull(methods.get(name), name);
    }

    /** One method. */
    record Method(
            String name,
            String verb,
            String path,
            int units,
            Set<String> scopes,
            Set<String> parts,
            Map<String, Parameter> parameters,
            Map<String, Field> fields) {

        private static Method read(String[] words) {
            var settings = new LinkedHashMap<String, String>();
            Arrays.stream(words)
                    .skip(4)
                    .map(word -> word.split("=", 2))
                    .forEach(pair -> settings.put(pair[0], pair[1]));
            var parameters = new LinkedHashMap<String, Parameter>();
            for (var text : settings.getOrDefault("params", "").split(",", -1)) {
                var parameter = Parameter.read(text);
                parameters.put(parameter.name(), parameter);
            }
            var scopes = new HashSet<>(Set.of(YOUTUBE, FORCE_SSL));
            if (settings.getOrDefault("scopes", "").equals("read")) {
                scopes.add(READONLY);
            }
            return new Method(
                    words[1],
                    words[2],
                    words[3],
                    Integer.parseInt(settings.getOrDefault("units", "")),
                    scopes,
                    Set.of(settings.getOrDefault("parts", "").split(",")),
                    parameters,
                    new LinkedHashMap<>());
        }

        /** The parameters as they are meant: what is repeated or has commas is a list. */
        Query check(Map<String, List<String>> given) {
            var meant = new LinkedHashMap<String, List<String>>();
            given.forEach((name, values) -> {
                var parameter = parameters.get(name);
                if (parameter == null) {
                    if (!EVERYWHERE.contains(name)) {
                        throw ApiError.bad(
                                "badRequest",
                                "Invalid JSON payload received. Unknown name \"" + name
                                        + "\": Cannot bind query parameter. Field '" + name
                                        + "' could not be found in request message.");
                    }
                    return;
                }
                meant.put(name, parameter.check(values));
            });
            parameters.values().stream()
                    .filter(parameter -> parameter.required() && !meant.containsKey(parameter.name()))
                    .findFirst()
                    .ifPresent(missing -> {
                        throw ApiError.bad(
                                missing.name().equals("id") ? "idRequired" : "missingRequiredParameter",
                                "No value specified for the required parameter '" + missing.name() + "'.");
                    });
            for (var part : meant.getOrDefault("part", List.of())) {
                if (!parts.contains(part)) {
                    throw ApiError.bad("unknownPart", "'" + part + "'");
                }
            }
            return new Query(meant);
        }

        /** Whether a body has only what is known, of the right form, within the parts that the request names. */
        void check(JsonObject body, List<String> named) {
            walk("", body);
            body.forEach((part, value) -> {
                if (value instanceof JsonObject && !named.contains(part)) {
                    throw ApiError.bad("unexpectedPart", "'" + part + "'");
                }
            });
            fields.forEach((path, field) -> {
                if (field.required() && at(body, path) == null) {
                    throw new ApiError(
                            400, "youtube." + name, field.missing(), "The required field " + path + " is missing.");
                }
            });
        }

        private void walk(String above, JsonObject object) {
            object.forEach((name, value) -> {
                var path = above.isEmpty() ? name : above + "." + name;
                if (value instanceof JsonObject below) {
                    walk(path, below);
                    return;
                }
                var field = fields.get(path);
                if (field == null) {
                    throw ApiError.bad(
                            "invalid",
                            "Invalid JSON payload received. Unknown name \"" + name + "\" at '" + above
                                    + "': Cannot find field.");
                }
                if (!field.fits(value)) {
                    throw new ApiError(
                            400, "youtube." + this.name, field.invalid(), "The value of " + path + " is invalid.");
                }
            });
        }
    }

    static @Nullable JsonValue at(JsonObject from, String path) {
        JsonValue at = from;
        for (var name : path.split("\\.", -1)) {
            at = at instanceof JsonObject object ? object.get(name) : null;
        }
        return at;
    }

    private record Parameter(String name, boolean required, boolean repeated, String type) {

        private static final Pattern RANGE = Pattern.compile("[0-9]+-[0-9]+");
        private static final Pattern FORM = Pattern.compile("([A-Za-z]+)(!?)(\\*?)(?::(.+))?");

        private static Parameter read(String text) {
            var match = FORM.matcher(text);
            if (!match.matches()) {
                throw new IllegalStateException(text);
            }
            return new Parameter(
                    match.group(1),
                    !match.group(2).isEmpty(),
                    !match.group(3).isEmpty(),
                    Objects.requireNonNullElse(match.group(4), ""));
        }

        private List<String> check(List<String> values) {
            if (!repeated && values.size() > 1) {
                throw ApiError.bad("badRequest", "The parameter '" + name + "' is given more than once.");
            }
            var all = new ArrayList<String>();
            for (var value : values) {
                all.addAll(repeated ? Arrays.asList(value.split(",")) : List.of(value));
            }
            for (var value : all) {
                var fits = switch (type) {
                    case "" -> !value.isEmpty();
                    case "int" -> value.matches("[0-9]{1,9}");
                    case "bool" -> value.equals("true") || value.equals("false");
                    default ->
                        RANGE.matcher(type).matches()
                                ? isWithin(value)
                                : List.of(type.split("\\|")).contains(value);
                };
                if (!fits) {
                    throw ApiError.bad(
                            "invalidParameter", "Invalid value '" + value + "' for the parameter '" + name + "'.");
                }
            }
            return all;
        }

        private boolean isWithin(String value) {
            var ends = type.split("-", 2);
            return value.matches("[0-9]{1,9}")
                    && Integer.parseInt(value) >= Integer.parseInt(ends[0])
                    && Integer.parseInt(value) <= Integer.parseInt(ends[1]);
        }
    }

    private record Field(String type, boolean required, String missing, String invalid) {

        private static Field read(String[] words) {
            return new Field(
                    words[3],
                    words.length > 4 && words[4].equals("required"),
                    words.length > 6 ? words[5] : "required",
                    words.length > 4 ? words[words.length - 1] : "invalid");
        }

        private boolean fits(JsonValue value) {
            var form = type.contains("(") ? type.substring(0, type.indexOf('(')) : type;
            var limits = type.contains("(") ? type.substring(type.indexOf('(') + 1, type.length() - 1) : "";
            return switch (form) {
                case "bool" -> value == JsonValue.TRUE || value == JsonValue.FALSE;
                case "int" -> value instanceof JsonNumber number && number.isIntegral();
                case "time" -> value instanceof JsonString text && time(text.getString());
                case "one" ->
                    value instanceof JsonString text
                            && List.of(limits.split("\\|")).contains(text.getString());
                case "words" -> value instanceof JsonString text && isOfLength(text.getString(), limits);
                case "text" ->
                    value instanceof JsonString text
                            && isOfLength(text.getString(), limits)
                            && !text.getString().contains("<")
                            && !text.getString().contains(">");
                default -> throw new IllegalStateException(type);
            };
        }

        private static boolean isOfLength(String text, String limits) {
            var ends = limits.split(",", 2);
            return text.length() >= Integer.parseInt(ends[0]) && text.length() <= Integer.parseInt(ends[1]);
        }

        private static boolean time(String text) {
            try {
                OffsetDateTime.parse(text);
                return true;
            } catch (DateTimeParseException e) {
                return false;
            }
        }
    }
}

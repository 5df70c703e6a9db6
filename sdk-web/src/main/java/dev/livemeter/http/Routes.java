package dev.livemeter.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Which endpoint answers which method on which path. Filled once, then only read. */
final class Routes {

    private final List<Route> routes = new ArrayList<>();

    /** Adds a route; a part in braces, such as {@code {id}}, stands for any one part of a path. */
    Routes on(String method, String pattern, Endpoint endpoint) {
        routes.add(new Route(method, parts(pattern), endpoint));
        return this;
    }

    /**
     * The route of a request.
     *
     * @throws ProblemException 404 where no route has that path, 405 where none of those that have it takes the method
     */
    Match find(String method, String path) {
        var wanted = "HEAD".equals(method) ? "GET" : method;
        var given = parts(path);
        var allowed = new TreeSet<String>();
        for (var route : routes) {
            var captured = route.capture(given);
            if (captured.isPresent() && route.method.equals(wanted)) {
                return new Match(route.endpoint, captured.get());
            }
            if (captured.isPresent()) {
                allowed.add(route.method);
            }
        }
        if (allowed.isEmpty()) {
            throw new ProblemException(404, "request.unknown_path", "There is nothing at this address.");
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        var list = String.join(", ", allowed);
        throw new ProblemException(Problem.of(
                        405, "request.wrong_method", "This address does not take that method; it takes " + list + ".")
                .with("Allow", list));
    }

    private static List<String> parts(String path) {
        return List.of(path.split("/", -1));
    }

    record Match(Endpoint endpoint, Map<String, String> captured) {}

    private record Route(String method, List<String> pattern, Endpoint endpoint) {

        /** What the open parts stand for, or empty where the path is another one. */
        Optional<Map<String, String>> capture(List<String> given) {
            if (given.size() != pattern.size()) {
                return Optional.empty();
            }
            var captured = new HashMap<String, String>();
            for (var i = 0; i < given.size(); i++) {
                var expected = pattern.get(i);
                if (expected.startsWith("{") && !given.get(i).isEmpty()) {
                    captured.put(expected.substring(1, expected.length() - 1), given.get(i));
                } else if (!expected.equals(given.get(i))) {
                    return Optional.empty();
                }
            }
            return Optional.of(captured);
        }
    }
}

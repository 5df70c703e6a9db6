package dev.livemeter.http.servlet;

import dev.livemeter.http.Problem;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request of a servlet container, answered by a {@link WebHandler}. */
final class Exchange {

    private static final Logger log = LoggerFactory.getLogger(Exchange.class);

    private Exchange() {}

    static void answer(
            HttpServletRequest request, HttpServletResponse response, String path, int bodyLimit, WebHandler handler)
            throws IOException {
        final WebBody body;
        if (request.getContentLengthLong() == 0) {
            body = WebBody.EMPTY;
        } else {
            var bytes = request.getInputStream().readNBytes(bodyLimit + 1);
            if (bytes.length > bodyLimit) {
                // What is left of the body would be taken for the next request.
                response.setHeader("Connection", "close");
                var problem = Problem.of(
                        413, "request.too_large", "The body is too large; at most " + bodyLimit + " bytes are read.");
                send(problem.toResponse(), request, response);
                return;
            }
            body = WebBody.of(bytes);
        }
        final WebRequest neutral;
        try {
            neutral = new WebRequest(
                    request.getMethod(), path, query(request), headers(request), body, request.getRemoteAddr());
        } catch (IllegalArgumentException malformed) {
            var problem = Problem.of(400, "request.malformed", "The address or its parameters are not encoded well.");
            send(problem.toResponse(), request, response);
            return;
        }
        if (request.isAsyncSupported()) {
            answerLater(neutral, request, response, handler);
        } else {
            send(answerNow(neutral, request, handler), request, response);
        }
    }

    private static WebResponse answerNow(WebRequest neutral, HttpServletRequest request, WebHandler handler) {
        try {
            return handler.handle(neutral);
        } catch (RuntimeException e) {
            return failed(request, e);
        }
    }

    private static void answerLater(
            WebRequest neutral, HttpServletRequest request, HttpServletResponse response, WebHandler handler)
            throws IOException {
        final CompletionStage<WebResponse> later;
        try {
            later = handler.handleLater(neutral);
        } catch (RuntimeException e) {
            send(failed(request, e), request, response);
            return;
        }
        var there = later.toCompletableFuture();
        if (there.isDone() && !there.isCompletedExceptionally()) {
            send(there.join(), request, response);
            return;
        }
        var async = request.startAsync(request, response);
        // The handler knows how long it waits.
        async.setTimeout(0);
        // Writing may wait for a slow reader, so it has a thread of the container.
        later.whenComplete((answer, failure) -> async.start(
                () -> complete(async, answer == null ? failed(request, failure) : answer, request, response)));
    }

    private static void complete(
            AsyncContext async, WebResponse answer, HttpServletRequest request, HttpServletResponse response) {
        try {
            send(answer, request, response);
        } catch (IOException gone) {
            log.debug("An answer was broken off: {}.", gone.toString());
        } finally {
            async.complete();
        }
    }

    /** Where a piece of a stream fails, the connection breaks off and the other side sees too few bytes. */
    private static void send(WebResponse answer, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        if (answer.status() == 204 || answer.status() == 304) {
            return;
        }
        response.setContentLengthLong(
                answer.body().isStreamed()
                        ? answer.body().size()
                        : answer.body().length());
        if (request.getMethod().equals("HEAD")) {
            return;
        }
        if (answer.body().isStreamed()) {
            answer.body().writeTo(response.getOutputStream());
        } else {
            response.getOutputStream().write(answer.body().bytes());
        }
    }

    private static WebResponse failed(HttpServletRequest request, @Nullable Throwable failure) {
        // The path as it was sent: decoded, it could forge lines of the log.
        log.error("A handler failed on {} {}.", request.getMethod(), request.getRequestURI(), failure);
        return Problem.of(500, "internal", "Something went wrong here. The log tells the operator more.")
                .toResponse();
    }

    private static Map<String, List<String>> headers(HttpServletRequest request) {
        var headers = new HashMap<String, List<String>>();
        for (var name : Collections.list(request.getHeaderNames())) {
            headers.put(name.toLowerCase(Locale.ROOT), Collections.list(request.getHeaders(name)));
        }
        return headers;
    }

    /** Of the address alone: the container's own parameters would take in forms. */
    private static Map<String, List<String>> query(HttpServletRequest request) {
        var query = new LinkedHashMap<String, List<String>>();
        var text = request.getQueryString();
        if (text == null || text.isEmpty()) {
            return query;
        }
        for (var pair : text.split("&", -1)) {
            if (!pair.isEmpty()) {
                var equals = pair.indexOf('=');
                var name = equals < 0 ? pair : pair.substring(0, equals);
                var value = equals < 0 ? "" : pair.substring(equals + 1);
                query.computeIfAbsent(decoded(name), key -> new ArrayList<>()).add(decoded(value));
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

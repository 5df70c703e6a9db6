package dev.livemeter.http.jetty;

import dev.livemeter.http.LivemeterApi;
import dev.livemeter.http.Problem;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.URIUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link WebHandler} as a handler within a Jetty of the host: the REST interface, the browser client, anything else. What it sees is the path within its context, so it stands in a {@code ContextHandler} whose
 * path is the prefix. The handler may block. The address of the peer is the one of the connection: {@code X-Forwarded-For} is not
 * looked at.
 */
public final class HandlerMount extends Handler.Abstract {

    private static final Logger log = LoggerFactory.getLogger(HandlerMount.class);

    private final WebHandler handler;
    private final int bodyLimit;

    /** With bodies of up to 64 KB. */
    public HandlerMount(WebHandler handler) {
        this(handler, LivemeterApi.BODY_LIMIT);
    }

    /**
     * The same with other bodies.
     *
     * @param bodyLimit in bytes; a larger one is refused with 413
     */
    public HandlerMount(WebHandler handler, int bodyLimit) {
        this.handler = handler;
        this.bodyLimit = bodyLimit;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var length = request.getLength();
        if (length > bodyLimit + BodyReader.MOST_SURPLUS) {
            refuseBody(response, callback);
        } else if (length == 0) {
            answer(request, WebBody.EMPTY, response, callback);
        } else {
            new BodyReader(
                            request,
                            bodyLimit,
                            body -> answer(request, body, response, callback),
                            () -> refuseBody(response, callback),
                            callback::failed)
                    .run();
        }
        return true;
    }

    private void refuseBody(Response response, Callback callback) {
        // What is left of the body would be taken for the next request.
        var problem = Problem.of(
                        413, "request.too_large", "The body is too large; at most " + bodyLimit + " bytes are read.")
                .with("Connection", "close");
        write(problem.toResponse(), response, callback);
    }

    private void answer(Request request, WebBody body, Response response, Callback callback) {
        // A handler that waits completes later, by another thread, and none waits here meanwhile.
        later(request, body).whenComplete((answer, failure) -> {
            try {
                if (answer == null) {
                    write(failed(request, failure), response, callback);
                } else {
                    send(answer, request, response, callback);
                }
            } catch (RuntimeException e) {
                // Thrown on, it would end in the stage, and the request never.
                callback.failed(e);
            }
        });
    }

    private static void send(WebResponse answer, Request request, Response response, Callback callback) {
        if (answer.body().isStreamed()) {
            stream(answer, request, response, callback);
        } else {
            write(answer, response, callback);
        }
    }

    /** Writes piece by piece, as fast as the other side takes it; where a piece fails, the connection breaks off and the other side sees too few bytes. */
    private static void stream(WebResponse answer, Request request, Response response, Callback callback) {
        response.setStatus(answer.status());
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().size());
        if ("HEAD".equals(request.getMethod())) {
            response.write(true, null, callback);
            return;
        }
        try {
            // Not closed where writing fails: that would say that all went well.
            var out = Content.Sink.asOutputStream(response);
            answer.body().writeTo(out);
            out.close();
            callback.succeeded();
        } catch (IOException gone) {
            log.debug("An answer was broken off: {}.", gone.toString());
            callback.failed(gone);
        } catch (RuntimeException e) {
            log.error(
                    "An answer to {} was broken off.",
                    request.getHttpURI().getPath().replaceAll("/downloads/.*", "/downloads/..."),
                    e);
            callback.failed(e);
        }
    }

    private CompletionStage<WebResponse> later(Request request, WebBody body) {
        final WebRequest neutral;
        try {
            neutral = toWebRequest(request, body);
        } catch (IllegalArgumentException | HttpException.RuntimeException malformed) {
            return CompletableFuture.completedFuture(
                    Problem.of(400, "request.malformed", "The address or its parameters are not encoded well.")
                            .toResponse());
        }
        try {
            return handler.handleLater(neutral);
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(failed(request, e));
        }
    }

    private static WebResponse failed(Request request, @Nullable Throwable failure) {
        // The path as it was sent: decoded, it could forge lines of the log.
        log.error(
                "A handler failed on {} {}.",
                request.getMethod(),
                request.getHttpURI().getPath(),
                failure);
        return Problem.of(500, "internal", "Something went wrong here. The log tells the operator more.")
                .toResponse();
    }

    static WebRequest toWebRequest(Request request, WebBody body) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        Request.extractQueryParameters(request).forEach(field -> query.put(field.getName(), field.getValues()));
        Map<String, List<String>> headers = new HashMap<>();
        request.getHeaders()
                .forEach(field -> headers.computeIfAbsent(field.getLowerCaseName(), name -> new ArrayList<>())
                        .add(String.valueOf(field.getValue())));
        return new WebRequest(
                request.getMethod(),
                URIUtil.decodePath(Request.getPathInContext(request)),
                query,
                headers,
                body,
                Request.getRemoteAddr(request));
    }

    static void write(WebResponse answer, Response response, Callback callback) {
        response.setStatus(answer.status());
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        var hasBody = answer.status() != 204 && answer.status() != 304;
        if (hasBody) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length());
        }
        response.write(true, hasBody ? ByteBuffer.wrap(answer.body().bytes()) : null, callback);
    }
}

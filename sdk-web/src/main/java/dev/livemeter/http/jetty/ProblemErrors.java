package dev.livemeter.http.jetty;

import dev.livemeter.http.Problem;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Tells what Jetty refuses by itself (an ambiguous path, a broken header) as a problem, and nothing about Jetty. */
final class ProblemErrors extends ErrorHandler {

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        var answer = problem(code).toResponse();
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length());
        response.write(true, BufferUtil.toBuffer(answer.body().bytes()), callback);
    }

    private static Problem problem(int code) {
        return code == 503
                ? Problem.of(code, "server.stopping", "The server is stopping; try again in a moment.")
                : code < 500
                        ? Problem.of(code, "request.malformed", "The request does not follow the rules of HTTP.")
                        : Problem.of(code, "internal", "Something went wrong here. The log tells the operator more.");
    }
}

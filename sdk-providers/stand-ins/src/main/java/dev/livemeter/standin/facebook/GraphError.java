package dev.livemeter.standin.facebook;

import dev.livemeter.standin.http.Response;
import jakarta.json.Json;
import java.io.Serial;

/** An error as the Graph API writes it. */
final class GraphError extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final int code;
    private final int subcode;
    private final String type;

    GraphError(int status, int code, int subcode, String message) {
        this(status, code, subcode, "OAuthException", message);
    }

    private GraphError(int status, int code, int subcode, String type, String message) {
        super(message);
        this.status = status;
        this.code = code;
        this.subcode = subcode;
        this.type = type;
    }

    static GraphError parameter(String message) {
        return new GraphError(400, 100, 0, "(#100) " + message);
    }

    static GraphError permission(String message) {
        return new GraphError(403, 200, 0, "(#200) " + message);
    }

    /** Not there, or not to be seen: Facebook does not tell which. */
    static GraphError gone(String id) {
        return new GraphError(
                400,
                100,
                33,
                "GraphMethodException",
                "Unsupported request. Object with ID '" + id
                        + "' does not exist, cannot be loaded due to missing permissions, or does not support this operation.");
    }

    static GraphError token(int subcode, String message) {
        return new GraphError(400, 190, subcode, message);
    }

    Response reply() {
        var error = Json.createObjectBuilder()
                .add("message", getMessage())
                .add("type", type)
                .add("code", code)
                .add("fbtrace_id", "AStandIn0000000000000");
        if (subcode > 0) {
            error.add("error_subcode", subcode);
        }
        if (code <= 2) {
            error.add("is_transient", true);
        }
        return Response.json(
                status, Json.createObjectBuilder().add("error", error).build());
    }
}

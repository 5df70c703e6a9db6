package dev.livemeter.standin.facebook;

import dev.livemeter.standin.http.Request;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The fields of a request's body, in either form that the Graph API takes. */
final class Parts {

    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)");
    private static final Pattern PART =
            Pattern.compile("(?is)\\r\\n.*?content-disposition: form-data; name=\"([^\"]*)\".*?\\r\\n\\r\\n(.*)\\r\\n");

    private Parts() {}

    static boolean isForm(Request request) {
        return request.isOf("application/x-www-form-urlencoded") || request.isOf("multipart/form-data");
    }

    static Map<String, String> of(Request request) {
        if (!request.isOf("multipart/form-data")) {
            return request.isOf("application/x-www-form-urlencoded") ? request.form() : Map.of();
        }
        var fields = new LinkedHashMap<String, String>();
        var boundary = BOUNDARY.matcher(request.header("Content-Type").orElse(""));
        if (boundary.find()) {
            for (var piece : request.text().split(Pattern.quote("--" + boundary.group(1)), -1)) {
                var part = PART.matcher(piece);
                if (part.matches()) {
                    fields.put(part.group(1), part.group(2));
                }
            }
        }
        return fields;
    }
}

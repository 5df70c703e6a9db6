package dev.livemeter.http;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.destination.ConnectionTest;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationTests;
import dev.livemeter.destination.Destinations;
import dev.livemeter.destination.SavedDestination;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.TestsDestinations;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /destinations}: where streams go, those that run included. Keys come in and never go out. */
final class DestinationEndpoints {

    private static final Set<String> NOT_NOW = Set.of("destination.on_air", "destination.test_running");

    private final Destinations destinations;
    private final DestinationTests tests;

    DestinationEndpoints(Destinations destinations, DestinationTests tests) {
        this.destinations = destinations;
        this.tests = tests;
    }

    WebResponse list(Call call) {
        var views = destinations.of(call.userName()).stream().map(this::view).toList();
        return Wire.answer(200, Wire.object().add("destinations", Wire.array(views)));
    }

    WebResponse add(Call call) {
        var fields = call.fields("platform", "name", "server", "key", "account");
        var platform = fields.requiredText("platform");
        var name = fields.text("name").orElseGet(() -> displayName(platform));
        var server = server(fields);
        var account = account(fields);
        var key = account == null
                ? fields.requiredText("key")
                : fields.text("key").orElse(null);
        var added = destinations.add(
                call.userName(), new Destination(platform, name, server, key == null ? null : Secret.of(key), account));
        return Wire.answer(201, Wire.object().add("destination", view(added)));
    }

    WebResponse change(Call call) {
        var fields = call.fields("enabled", "name", "server", "key", "account");
        // Read before anything is changed, so that a wrong type changes nothing.
        var enabled = fields.truth("enabled");
        var id = new DestinationId(call.captured("id"));
        var saved = find(call, id);
        if (fields.has("name") || fields.has("server") || fields.has("key") || fields.has("account")) {
            saved = destinations.change(call.userName(), id, changed(saved.destination(), fields));
        }
        if (enabled.isPresent() && enabled.get() != saved.enabled()) {
            saved = destinations.enable(call.userName(), id, enabled.get());
        }
        return Wire.answer(200, Wire.object().add("destination", view(saved)));
    }

    WebResponse remove(Call call) {
        if (!destinations.remove(call.userName(), new DestinationId(call.captured("id")))) {
            throw unknown();
        }
        return WebResponse.empty(204);
    }

    /** Tries the way there, without going live. Takes some seconds, so it is no question that a page asks by itself. */
    WebResponse test(Call call) {
        var id = find(call, new DestinationId(call.captured("id"))).id();
        try {
            var test = tests.run(call.userName(), id);
            var steps = test.steps().stream().map(DestinationEndpoints::view).toList();
            return Wire.answer(200, Wire.object().add("passed", test.passed()).add("steps", Wire.array(steps)));
        } catch (LivemeterException e) {
            if (NOT_NOW.contains(e.code())) {
                throw new ProblemException(409, e.code(), sentence(e));
            }
            if (e.code().equals("destination.tests_busy")) {
                throw new ProblemException(
                        Problem.of(503, e.code(), sentence(e)).with("Retry-After", "5"));
            }
            if (e.code().equals("destination.no_test")) {
                throw new ProblemException(501, e.code(), sentence(e));
            }
            throw e;
        }
    }

    private static String sentence(LivemeterException refusal) {
        return Objects.requireNonNullElse(refusal.getMessage(), "The destination cannot be tested now.");
    }

    private static JsonObject view(ConnectionTest.Step step) {
        return Wire.object()
                .add("step", step.kind().name().toLowerCase(Locale.ROOT))
                .add("result", step.result().name().toLowerCase(Locale.ROOT))
                .add("took", Wire.seconds(step.took()))
                .add("sentence", step.sentence())
                .build();
    }

    private SavedDestination find(Call call, DestinationId id) {
        return destinations.of(call.userName()).stream()
                .filter(saved -> saved.id().equals(id))
                .findFirst()
                .orElseThrow(DestinationEndpoints::unknown);
    }

    private static ProblemException unknown() {
        return new ProblemException(404, "destination.unknown", "There is no such destination of that user.");
    }

    private static Destination changed(Destination present, Fields fields) {
        var key = fields.text("key").map(Secret::of).orElse(null);
        var account = account(fields);
        // A key that is given takes the place of an account, and the other way round.
        var stays = key == null && account == null;
        return new Destination(
                present.platform(),
                fields.text("name").orElse(present.name()),
                fields.has("server") ? server(fields) : account == null ? present.server() : null,
                stays ? present.key() : key,
                stays ? present.account() : account);
    }

    private static @Nullable AccountId account(Fields fields) {
        try {
            return fields.text("account").map(AccountId::new).orElse(null);
        } catch (IllegalArgumentException e) {
            throw Fields.unfit("account", "The field 'account' is no id of an account; take one that /accounts lists.");
        }
    }

    private static @Nullable URI server(Fields fields) {
        var text = fields.text("server");
        if (text.isEmpty()) {
            return null;
        }
        try {
            return new URI(text.get().strip());
        } catch (URISyntaxException e) {
            throw new ProblemException(Problem.of(
                            422,
                            "destination.malformed",
                            "The server is not a URL; write it like rtmp://host/app, without blanks or quotes.")
                    .at("server"));
        }
    }

    private String displayName(String platform) {
        return destinations.provider(platform).map(StreamProvider::displayName).orElse(platform);
    }

    private JsonObject view(SavedDestination saved) {
        var destination = saved.destination();
        var key = destination.key();
        var account = destination.account();
        return Wire.object()
                .add("id", saved.id().value())
                .add("platform", destination.platform())
                .add("platformName", displayName(destination.platform()))
                .add("name", destination.name())
                .add(
                        "server",
                        Wire.text(
                                destination.server() == null
                                        ? null
                                        : destination.server().toString()))
                .add("keyHint", Wire.text(key == null ? null : key.hint()))
                .add("account", Wire.text(account == null ? null : account.value()))
                .add("enabled", saved.enabled())
                .add("position", saved.position())
                .add(
                        "testable",
                        account == null
                                && destinations.provider(destination.platform()).orElse(null)
                                        instanceof TestsDestinations)
                .build();
    }
}

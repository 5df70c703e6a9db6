package dev.livemeter.http;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.PersonId;
import dev.livemeter.moderation.Ban;
import dev.livemeter.moderation.BanId;
import dev.livemeter.moderation.BanScope;
import dev.livemeter.moderation.Moderation;
import dev.livemeter.moderation.ModerationResult;
import dev.livemeter.moderation.ModerationResult.Declined;
import dev.livemeter.moderation.Moderator;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /bans} and {@code /kicks}: from the caller's own rooms, from those of whom an administrator names, or from everywhere. */
final class BanEndpoints {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 200;

    private final Moderation moderation;
    private final TimeSource time;

    BanEndpoints(Moderation moderation, TimeSource time) {
        this.moderation = moderation;
        this.time = time;
    }

    WebResponse ban(Call call) {
        var fields = call.fields("person", "broadcaster", "everywhere", "reason", "lasting");
        var lasting = fields.seconds("lasting");
        var by = moderator(call);
        var person = person(fields);
        var scope = scope(call, fields);
        var reason = fields.text("reason").orElse("");
        return answer(
                201,
                lasting.isPresent()
                        ? moderation.ban(by, person, scope, reason, lasting.get())
                        : moderation.banForEver(by, person, scope, reason));
    }

    WebResponse kick(Call call) {
        var fields = call.fields("person", "broadcaster", "everywhere", "reason");
        return answer(
                201,
                moderation.kick(
                        moderator(call),
                        person(fields),
                        scope(call, fields),
                        fields.text("reason").orElse("")));
    }

    WebResponse lift(Call call) {
        var fields = call.fields("reason");
        return answer(
                200,
                moderation.lift(
                        moderator(call),
                        id(call.captured("id")).orElseThrow(BanEndpoints::unknown),
                        fields.text("reason").orElse("")));
    }

    WebResponse list(Call call) {
        var limit = (int) Parameters.number(call.request(), "limit", DEFAULT_LIMIT, 1, MOST);
        var all = Parameters.truth(call.request(), "all", false);
        var broadcaster = call.request()
                .parameter("broadcaster")
                .map(dev.livemeter.identity.UserId::of)
                .orElse(call.user());
        var everywhere = Parameters.truth(call.request(), "everywhere", false);
        var scope = everywhere ? BanScope.everywhere() : BanScope.of(broadcaster);
        if (all) {
            call.requireAdministrator();
        } else if (!moderation.mayOrder(moderator(call), scope)) {
            throw new ProblemException(
                    403, "ban.not_allowed", "Only the broadcaster, their moderators and administrators may see that.");
        }
        var person = call.request().parameter("person").map(PersonId::parse).orElse(null);
        var before = call.request()
                .parameter("before")
                .map(id -> id(id).orElseThrow(BanEndpoints::unknown))
                .orElse(null);
        // One more than is shown tells whether there is a next page.
        var found = moderation.list(all ? null : scope, person, limit + 1, before);
        List<Ban> page = found.subList(0, Math.min(limit, found.size()));
        return Wire.answer(
                200,
                Wire.object()
                        .add("bans", Wire.array(page.stream().map(this::view).toList()))
                        .add(
                                "next",
                                Wire.text(
                                        found.size() > limit
                                                ? page.get(limit - 1).id().value()
                                                : null)));
    }

    private static Moderator moderator(Call call) {
        return call.caller().isAdministrator()
                ? Moderator.administrator(call.caller().user())
                : Moderator.ordinary(call.caller().user());
    }

    private static PersonId person(Fields fields) {
        return Refusals.reading("person", () -> PersonId.parse(fields.requiredText("person")));
    }

    private static BanScope scope(Call call, Fields fields) {
        var broadcaster = fields.text("broadcaster");
        if (fields.truth("everywhere").orElse(false)) {
            if (broadcaster.isPresent()) {
                throw Fields.unfit("broadcaster", "A broadcaster and everywhere were given; give one of them.");
            }
            return BanScope.everywhere();
        }
        return BanScope.of(broadcaster
                .map(name -> Refusals.reading("broadcaster", () -> dev.livemeter.identity.UserId.of(name)))
                .orElse(call.user()));
    }

    private static Optional<BanId> id(String text) {
        try {
            return Optional.of(new BanId(text));
        } catch (LivemeterException malformed) {
            return Optional.empty();
        }
    }

    private static ProblemException unknown() {
        return new ProblemException(404, "ban.unknown", "There is no such ban.");
    }

    private WebResponse answer(int status, ModerationResult result) {
        return result.fold(ban -> Wire.answer(status, Wire.object().add("ban", view(ban))), declined -> {
            throw problem(declined);
        });
    }

    private static ProblemException problem(Declined declined) {
        var status = switch (declined.reason()) {
            case OFF -> 501;
            case NOT_ALLOWED -> 403;
            case UNKNOWN -> 404;
            case ONESELF, UNFIT -> 422;
            case OVER -> 409;
        };
        return new ProblemException(
                status, "ban." + declined.reason().name().toLowerCase(Locale.ROOT), declined.message());
    }

    private JsonObject view(Ban ban) {
        var broadcaster = ban.scope().broadcaster();
        return Wire.object()
                .add("id", ban.id().value())
                .add("kind", ban.kind().name().toLowerCase(Locale.ROOT))
                .add("person", ban.person().notation())
                .add("broadcaster", Wire.text(broadcaster == null ? null : broadcaster.value()))
                .add("by", ban.by().value())
                .add("reason", ban.reason())
                .add("at", Wire.instant(ban.at()))
                .add("until", Wire.instant(ban.until()))
                .add("inForce", ban.isInForce(time.instant()))
                .add("lifted", view(ban.lifted()))
                .build();
    }

    private static JsonValue view(Ban.@Nullable Lift lift) {
        return lift == null
                ? JsonValue.NULL
                : Wire.object()
                        .add("by", lift.by().value())
                        .add("reason", lift.reason())
                        .add("at", Wire.instant(lift.at()))
                        .build();
    }
}

package dev.livemeter.http;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.account.Accounts;
import dev.livemeter.account.DeviceAnswer;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Supplier;

/** {@code /accounts}: the accounts that somebody has on platforms and connected. Tokens never go out. */
final class AccountEndpoints {

    private static final Map<String, Integer> STATUS = Map.of(
            "account.foreign_state", 403,
            "account.denied", 409,
            "account.refused", 409,
            "account.needs_authorization", 409,
            "account.expired_state", 410,
            "account.off", 501,
            "account.unavailable", 503);
    private static final String RETRY_SECONDS = "5";

    private final Accounts accounts;
    private final Map<String, StreamProvider> platforms;

    AccountEndpoints(Accounts accounts, Map<String, StreamProvider> platforms) {
        this.accounts = accounts;
        this.platforms = platforms;
    }

    WebResponse list(Call call) {
        var views = accounts.of(call.userName()).stream().map(this::view).toList();
        return Wire.answer(200, Wire.object().add("accounts", Wire.array(views)));
    }

    WebResponse begin(Call call) {
        var fields = call.fields("platform", "redirect");
        var platform = fields.requiredText("platform");
        var redirect = redirect(fields);
        var page = told(() -> accounts.begin(call.userName(), platform, redirect));
        return Wire.answer(200, Wire.object().add("page", page.toString()));
    }

    WebResponse complete(Call call) {
        var fields = call.fields("state", "code", "error");
        var state = fields.requiredText("state");
        var error = fields.text("error");
        if (error.isPresent()) {
            throw problem(told(() -> accounts.refusal(call.userName(), state, error.get())));
        }
        var code = fields.requiredText("code");
        var account = told(() -> accounts.complete(call.userName(), state, code));
        return Wire.answer(201, Wire.object().add("account", view(account)));
    }

    WebResponse beginDevice(Call call) {
        var platform = call.fields("platform").requiredText("platform");
        var device = told(() -> accounts.beginDevice(call.userName(), platform));
        return Wire.answer(
                201,
                Wire.object()
                        .add("device", device.handle().reveal())
                        .add("userCode", device.userCode())
                        .add("page", device.page().toString())
                        .add("askIn", Wire.seconds(device.interval()))
                        .add("endsAt", Wire.instant(device.endsAt())));
    }

    WebResponse pollDevice(Call call) {
        var device = Secret.of(call.fields("device").requiredText("device"));
        var answer = told(() -> accounts.pollDevice(call.userName(), device));
        var body = Wire.object();
        if (answer instanceof DeviceAnswer.Waiting waiting) {
            body.add("account", JsonValue.NULL).add("askIn", Wire.seconds(waiting.askIn()));
        } else {
            body.add("account", view(((DeviceAnswer.Connected) answer).account()))
                    .add("askIn", JsonValue.NULL);
        }
        return Wire.answer(200, body);
    }

    WebResponse disconnect(Call call) {
        final AccountId id;
        try {
            id = new AccountId(call.captured("id"));
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
        if (!accounts.disconnect(call.userName(), id)) {
            throw unknown();
        }
        return WebResponse.empty(204);
    }

    private static ProblemException unknown() {
        return new ProblemException(404, "account.unknown", "There is no such account of that user.");
    }

    private static URI redirect(Fields fields) {
        try {
            return new URI(fields.requiredText("redirect"));
        } catch (URISyntaxException e) {
            throw new ProblemException(Problem.of(
                            422,
                            "account.malformed_redirect",
                            "The address to come back to is not a URL; write it like https://host/accounts.")
                    .at("redirect"));
        }
    }

    /** Answers what a platform or a person said with a status of its own; the core's other codes are told as everywhere. */
    private static <T> T told(Supplier<T> question) {
        try {
            return question.get();
        } catch (LivemeterException e) {
            throw STATUS.containsKey(e.code()) ? problem(e) : e;
        }
    }

    static ProblemException problem(LivemeterException fault) {
        var status = STATUS.getOrDefault(fault.code(), 409);
        var problem = Problem.of(
                status,
                fault.code(),
                Objects.requireNonNullElse(fault.getMessage(), "The account could not be connected."));
        return new ProblemException(status == 503 ? problem.with("Retry-After", RETRY_SECONDS) : problem);
    }

    private JsonObject view(PlatformAccount account) {
        var platform = platforms.get(account.platform());
        return Wire.object()
                .add("id", account.id().value())
                .add("platform", account.platform())
                .add("platformName", platform == null ? account.platform() : platform.displayName())
                .add("name", account.identity().name())
                .add("state", account.state().name().toLowerCase(Locale.ROOT))
                .add("detail", account.detail())
                .add(
                        "scopes",
                        Wire.array(new TreeSet<>(account.scopes())
                                .stream().map(Wire.JSON::createValue).toList()))
                .add("connectedAt", Wire.instant(account.connectedAt()))
                .build();
    }
}

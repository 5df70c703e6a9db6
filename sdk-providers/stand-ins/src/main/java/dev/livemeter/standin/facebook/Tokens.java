package dev.livemeter.standin.facebook;

import dev.livemeter.standin.facebook.Person.Page;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Facebook Login: codes, the tokens of people, of pages and of the application. Guarded by its server's lock. */
final class Tokens {

    static final Set<String> PERMISSIONS = Set.of(
            "public_profile",
            "pages_show_list",
            "pages_read_engagement",
            "pages_manage_posts",
            "pages_read_user_content",
            "pages_manage_engagement",
            "publish_video");

    private static final Duration CODE_LIFE = Duration.ofMinutes(10);
    private static final Duration BRIEF = Duration.ofHours(2);
    private static final Duration LONG = Duration.ofDays(60);
    private static final Duration DATA = Duration.ofDays(90);
    private static final Set<String> PAGE_PARAMETERS = Set.of(
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "auth_type",
            "display",
            "code_challenge",
            "code_challenge_method");

    private final InstantSource clock;
    private final String appId;
    private final String appSecret;
    private final Set<String> redirects = new TreeSet<>();
    private final Map<String, Code> codes = new HashMap<>();
    private final Map<String, Token> tokens = new HashMap<>();
    private int number;

    Tokens(InstantSource clock, String appId, String appSecret) {
        this.clock = clock;
        this.appId = appId;
        this.appSecret = appSecret;
    }

    /** What somebody allowed once. */
    static final class Grant {
        private final Person person;
        private final Set<String> permissions;
        private final Set<Page> pages;
        private final Instant at;
        private int ended;

        private Grant(Person person, Set<String> permissions, Set<Page> pages, Instant at) {
            this.person = person;
            this.permissions = permissions;
            this.pages = pages;
            this.at = at;
        }
    }

    /**
     * A token of a person, or of a page where there is one.
     *
     * @param until null for never
     */
    record Token(
            Grant grant,
            @Nullable Page page,
            boolean isBrief,
            @Nullable Instant until) {

        Person person() {
            return grant.person;
        }

        Set<String> permissions() {
            return grant.permissions;
        }

        Set<Page> pages() {
            return grant.pages;
        }

        /** Whose the token is: the page's or the person's. */
        String owner() {
            return page == null ? grant.person.id() : page.id();
        }
    }

    private static final class Code {
        private final Grant grant;
        private final String redirect;
        private final String challenge;
        private boolean used;

        private Code(Grant grant, String redirect, String challenge) {
            this.grant = grant;
            this.redirect = redirect;
            this.challenge = challenge;
        }
    }

    void redirect(String address) {
        redirects.add(address);
    }

    /** What is wrong with the page that somebody was sent to; empty where nothing is. */
    String objectionTo(Map<String, String> page) {
        if (!PAGE_PARAMETERS.containsAll(page.keySet())) {
            return "There is a parameter that the dialog does not have.";
        }
        if (!appId.equals(page.get("client_id"))) {
            return "Invalid App ID";
        }
        if (!redirects.contains(page.getOrDefault("redirect_uri", ""))) {
            return "URL blocked: this redirect failed because the redirect URI is not white-listed.";
        }
        if (!"code".equals(page.get("response_type"))
                || page.getOrDefault("state", "").length() < 8) {
            return "The dialog wants response_type=code and a state.";
        }
        if (page.containsKey("code_challenge") && !"S256".equals(page.get("code_challenge_method"))) {
            return "The only code_challenge_method is S256.";
        }
        return PERMISSIONS.containsAll(asked(page)) ? "" : "Invalid Scopes. This message is only shown to developers.";
    }

    private static Set<String> asked(Map<String, String> page) {
        return new LinkedHashSet<>(
                Arrays.asList(page.getOrDefault("scope", "").replace(',', ' ').split(" ")));
    }

    /** A person says yes; gives the code. */
    String allow(Map<String, String> page, Person person, Set<String> permissions, Set<Page> pages) {
        var objection = objectionTo(page);
        if (!objection.isEmpty()) {
            throw GraphError.parameter(objection);
        }
        var given = asked(page);
        if (!permissions.isEmpty()) {
            given.retainAll(permissions);
        }
        given.add("public_profile");
        // Who chooses other pages than before takes back the ones from before.
        tokens.values().stream()
                .map(Token::grant)
                .filter(grant -> grant.person == person)
                .forEach(grant -> grant.pages.retainAll(pages));
        var code = "AQD-code-" + ++number;
        codes.put(
                code,
                new Code(
                        new Grant(person, given, new LinkedHashSet<>(pages), clock.instant()),
                        page.getOrDefault("redirect_uri", ""),
                        page.getOrDefault("code_challenge", "")));
        return code;
    }

    JsonObject token(Map<String, String> form) {
        if (!appId.equals(form.get("client_id"))) {
            throw new GraphError(
                    400, 101, 0, "Error validating application. Cannot get application info due to a system error.");
        }
        if (!appSecret.equals(form.get("client_secret"))) {
            throw new GraphError(400, 1, 0, "Error validating client secret.");
        }
        return switch (form.getOrDefault("grant_type", "authorization_code")) {
            case "authorization_code" -> code(form);
            case "fb_exchange_token" -> longer(form);
            default -> throw GraphError.parameter("Param grant_type is not one of those that there are.");
        };
    }

    private JsonObject code(Map<String, String> form) {
        known(form, "grant_type", "client_id", "client_secret", "redirect_uri", "code", "code_verifier");
        var code = codes.get(form.getOrDefault("code", ""));
        if (code == null) {
            throw new GraphError(400, 100, 0, "Invalid verification code format.");
        }
        if (code.used) {
            throw new GraphError(400, 100, 36009, "This authorization code has been used.");
        }
        if (code.grant.at.plus(CODE_LIFE).isBefore(clock.instant())) {
            throw new GraphError(400, 100, 36007, "This authorization code has expired.");
        }
        if (!code.redirect.equals(form.get("redirect_uri"))) {
            throw new GraphError(
                    400,
                    100,
                    36008,
                    "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request");
        }
        if (!code.challenge.isEmpty() && !code.challenge.equals(challenge(form.getOrDefault("code_verifier", "")))) {
            throw new GraphError(400, 100, 0, "Invalid code_verifier parameter.");
        }
        code.used = true;
        var text = issue(new Token(code.grant, null, true, clock.instant().plus(BRIEF)));
        return answer(text, BRIEF);
    }

    private JsonObject longer(Map<String, String> form) {
        known(form, "grant_type", "client_id", "client_secret", "fb_exchange_token");
        var token = require(form.getOrDefault("fb_exchange_token", ""));
        if (token.page() != null || !token.isBrief()) {
            throw GraphError.parameter("This token is exchanged for no other one.");
        }
        return answer(
                issue(new Token(token.grant(), null, false, token.grant().at.plus(LONG))), LONG);
    }

    private static JsonObject answer(String token, Duration life) {
        return Json.createObjectBuilder()
                .add("access_token", token)
                .add("token_type", "bearer")
                .add("expires_in", life.toSeconds())
                .build();
    }

    private static void known(Map<String, String> form, String... names) {
        if (!Set.of(names).containsAll(form.keySet())) {
            throw GraphError.parameter("There is a parameter that the endpoint does not have.");
        }
    }

    /** A page's token, which lasts as long as what it was had with where that is not brief: for ever, until somebody ends it. */
    String ofPage(Token person, Page page) {
        return tokens.entrySet().stream()
                .filter(known -> known.getValue().grant() == person.grant()
                        && page.equals(known.getValue().page())
                        && known.getValue().isBrief() == person.isBrief())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> issue(
                        new Token(person.grant(), page, person.isBrief(), person.isBrief() ? person.until() : null)));
    }

    private String issue(Token token) {
        var text = "EAAStandIn" + ++number + "Z" + (token.page() == null ? "user" : "page");
        tokens.put(text, token);
        return text;
    }

    /** Whose an access token is; refused as Facebook refuses it where it does not stand. */
    Token require(String text) {
        var token = tokens.get(text);
        if (token == null) {
            throw GraphError.token(0, "Invalid OAuth access token - Cannot parse access token");
        }
        var subcode = ended(token);
        if (subcode > 0) {
            throw GraphError.token(subcode, "Error validating access token.");
        }
        return token;
    }

    /** The subcode of why it does not stand; 0 where it does. */
    private int ended(Token token) {
        if (token.grant().ended > 0) {
            return token.grant().ended;
        }
        if (token.until() != null && !token.until().isAfter(clock.instant())) {
            return 463;
        }
        var page = token.page();
        return page != null && !token.grant().pages.contains(page) ? 492 : 0;
    }

    boolean takes(String text) {
        var token = tokens.get(text);
        return token != null && ended(token) == 0;
    }

    boolean isApplication(String text) {
        return text.equals(appId + "|" + appSecret);
    }

    String proof(String token) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(appSecret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(token.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the endpoint for curious developers tells. */
    JsonObject inspect(String text) {
        var data = Json.createObjectBuilder().add("app_id", appId);
        var token = tokens.get(text);
        if (token == null) {
            return data.add("is_valid", false)
                    .add("scopes", Json.createArrayBuilder())
                    .add(
                            "error",
                            Json.createObjectBuilder().add("code", 190).add("message", "Invalid OAuth access token."))
                    .build();
        }
        var page = token.page();
        data.add("type", page == null ? "USER" : "PAGE")
                .add("application", "Stand-in")
                .add("data_access_expires_at", token.grant().at.plus(DATA).getEpochSecond())
                .add("expires_at", token.until() == null ? 0 : token.until().getEpochSecond())
                .add("is_valid", ended(token) == 0)
                .add("issued_at", token.grant().at.getEpochSecond())
                .add("scopes", Json.createArrayBuilder(List.copyOf(token.permissions())))
                .add("user_id", token.person().id());
        return (page == null ? data : data.add("profile_id", page.id())).build();
    }

    /** One token ends; what it was had with does not. */
    void end(String text) {
        var token = tokens.get(text);
        if (token != null) {
            tokens.put(text, new Token(token.grant(), token.page(), true, Instant.EPOCH));
        }
    }

    /** All that the person allowed ends, with that subcode: 458 where they removed the application, 460 where they changed their password. */
    void withdraw(Person person, int subcode) {
        tokens.values().stream()
                .map(Token::grant)
                .filter(grant -> grant.person == person && grant.ended == 0)
                .forEach(grant -> grant.ended = subcode);
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

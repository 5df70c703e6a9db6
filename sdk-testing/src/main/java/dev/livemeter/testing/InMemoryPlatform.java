package dev.livemeter.testing;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.destination.Destination;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.ConnectsDevices;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.spi.StreamProvider;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole platform that exists in memory alone. People connect their accounts: a test plays them, with {@link #allow}, {@link #deny} and {@link #enter}. It is as strict as the
 * strictest: each code and each refresh token is taken once, and one that comes a second time ends all that was allowed with it. It shows broadcasts for who comes with a token that it takes; how they fare, and what is
 * said there, a test says by {@link #shows} and {@link #chats}. Thread-safe.
 */
public final class InMemoryPlatform implements StreamProvider, ConnectsDevices, KeepsVideos, CarriesChat {

    private static final Set<String> SCOPES = Set.of("stream:manage", "chat:read");
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration CODES_LAST = Duration.ofMinutes(30);

    private final String name;
    private final InstantSource time;
    private final InMemoryVideoPlatform shows;
    private final InMemoryPlatformChat chats = InMemoryPlatformChat.create();
    private final Map<String, List<PlatformIdentity>> pages = new HashMap<>();
    private final Map<String, Asked> codes = new HashMap<>();
    private final Map<String, Device> devices = new HashMap<>();
    private final Map<Secret, Issued> accesses = new HashMap<>();
    private final Map<Secret, Grant> refreshes = new HashMap<>();
    private Duration tokensLast = Duration.ofHours(1);
    private @Nullable Duration validationInterval;
    private @Nullable String outage;
    private Consumer<AccountTokens> beforeRenewal = tokens -> {};
    private Consumer<AccountTokens> onRevocation = tokens -> {};
    private boolean slower;
    private int serial;
    private int renewals;
    private int validations;
    private int polls;

    private InMemoryPlatform(String name, InstantSource time) {
        this.name = name;
        this.time = time;
        this.shows = InMemoryVideoPlatform.named(name);
    }

    /** What the person's browser carries from the page to the host. */
    private record Asked(PlatformIdentity who, URI redirect, String challenge) {}

    private static final class Device {
        private @Nullable PlatformIdentity who;
        private boolean done;
    }

    /** What somebody allowed once. */
    private static final class Permission {
        private boolean stands = true;
    }

    /** What it came to for them, or for one of their pages, with all the tokens of that. */
    private static final class Grant {
        private final PlatformIdentity who;
        private final Permission permission;
        private @Nullable Secret refresh;

        Grant(PlatformIdentity who, Permission permission) {
            this.who = who;
            this.permission = permission;
        }
    }

    private record Issued(Grant grant, Instant endsAt) {}

    /** A platform of that name, whose tokens last an hour. */
    public static InMemoryPlatform named(String name, InstantSource time) {
        return new InMemoryPlatform(name, time);
    }

    /** What it shows. */
    public InMemoryVideoPlatform shows() {
        return shows;
    }

    /** What people say there. */
    public InMemoryPlatformChat chats() {
        return chats;
    }

    /** What that person allows from now on covers these pages besides. */
    public synchronized void pages(String identity, PlatformIdentity... covered) {
        pages.put(identity, List.of(covered));
    }

    /** How long access tokens last that are given from now on. */
    public synchronized void tokensLast(Duration span) {
        tokensLast = span;
    }

    /** From now on the platform wants tokens to be validated that often. */
    public synchronized void validateEvery(Duration interval) {
        validationInterval = interval;
    }

    /** From now on nothing is answered but that sentence. */
    public synchronized void fail(String message) {
        outage = message;
    }

    /** From now on it answers again. */
    public synchronized void recover() {
        outage = null;
    }

    /** Runs in each thread that renews, before it does. */
    public synchronized void beforeRenewal(Consumer<AccountTokens> hook) {
        beforeRenewal = hook;
    }

    /** Runs before tokens are revoked. */
    public synchronized void onRevocation(Consumer<AccountTokens> hook) {
        onRevocation = hook;
    }

    /** The next question about a device is answered with the wish to be asked more seldom. */
    public synchronized void askTooOften() {
        slower = true;
    }

    /**
     * Somebody opens the page and allows it.
     *
     * @return where the platform sends their browser
     */
    public synchronized URI allow(URI page, PlatformIdentity who) {
        var query = query(page);
        var code = "code-" + ++serial;
        var redirect = URI.create(query.getOrDefault("redirect_uri", ""));
        codes.put(code, new Asked(who, redirect, query.getOrDefault("code_challenge", "")));
        return URI.create(redirect + "?code=" + code + "&state=" + encoded(query.getOrDefault("state", "")));
    }

    /** Somebody opens the page and does not allow it. */
    public URI deny(URI page) {
        var query = query(page);
        return URI.create(query.getOrDefault("redirect_uri", "") + "?error=access_denied&state="
                + encoded(query.getOrDefault("state", "")));
    }

    /** Somebody enters the code of a device, and allows it. */
    public synchronized void enter(String userCode, PlatformIdentity who) {
        var device = devices.get("device-" + userCode);
        if (device == null) {
            throw new IllegalArgumentException("There is no device code for " + userCode + ".");
        }
        device.who = who;
    }

    /** The person takes back what they allowed: no token of theirs is taken any more. */
    public synchronized void withdraw(String identity) {
        accesses.values().forEach(issued -> {
            if (issued.grant().who.id().equals(identity)) {
                issued.grant().permission.stands = false;
            }
        });
    }

    /** The access tokens given so far are taken no more, as where they end early; refresh tokens are. */
    public synchronized void endAccess() {
        accesses.replaceAll((token, issued) -> new Issued(issued.grant(), Instant.MIN));
    }

    /** Whether a request with that access token is answered. */
    public synchronized boolean takes(Secret access) {
        var issued = accesses.get(access);
        return issued != null
                && issued.grant().permission.stands
                && time.instant().isBefore(issued.endsAt());
    }

    /** Whether any token of that person is taken. */
    public synchronized boolean takesAny(String identity) {
        return accesses.values().stream()
                .anyMatch(issued -> issued.grant().who.id().equals(identity) && issued.grant().permission.stands);
    }

    /** How often tokens were renewed, or it was tried. */
    public synchronized int renewals() {
        return renewals;
    }

    /** How often tokens were validated, or it was tried. */
    public synchronized int validations() {
        return validations;
    }

    /** How often it was asked about devices. */
    public synchronized int polls() {
        return polls;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String displayName() {
        return shows.displayName();
    }

    @Override
    public Check check(Destination destination) {
        return shows.check(destination);
    }

    @Override
    public Preparation prepare(Destination destination) {
        return shows.prepare(destination);
    }

    @Override
    public URI authorizationPage(URI redirect, String state, String codeChallenge) {
        return URI.create("https://" + name + ".invalid/authorize?response_type=code&redirect_uri="
                + encoded(redirect.toString()) + "&state=" + encoded(state)
                + "&code_challenge_method=S256&code_challenge=" + encoded(codeChallenge));
    }

    @Override
    public synchronized Connection connect(String code, URI redirect, Secret codeVerifier) {
        if (outage != null) {
            return new Connection.Unavailable(outage);
        }
        var asked = codes.remove(code);
        if (asked == null
                || !asked.redirect().equals(redirect)
                || !asked.challenge().equals(challenge(codeVerifier))) {
            return new Connection.Refused(displayName() + " does not take the code; begin again.");
        }
        return allowed(asked.who());
    }

    private Connection allowed(PlatformIdentity who) {
        var permission = new Permission();
        return new Connection.Connected(
                who,
                issue(new Grant(who, permission)),
                pages.getOrDefault(who.id(), List.of()).stream()
                        .map(page -> new Connection.Connected(page, issue(new Grant(page, permission))))
                        .toList());
    }

    @Override
    public synchronized boolean shareOnePermission(AccountTokens one, AccountTokens other) {
        var known = accesses.get(one.access());
        var compared = accesses.get(other.access());
        return known != null && compared != null && known.grant().permission == compared.grant().permission;
    }

    @Override
    public Renewal renew(AccountTokens tokens) {
        final Consumer<AccountTokens> hook;
        synchronized (this) {
            renewals++;
            hook = beforeRenewal;
        }
        // Without the lock: a test may hold a renewal here while others ask.
        hook.accept(tokens);
        return renewNow(tokens);
    }

    private synchronized Renewal renewNow(AccountTokens tokens) {
        if (outage != null) {
            return new Renewal.Unavailable(outage);
        }
        var refresh = tokens.refresh();
        var grant = refresh == null ? null : refreshes.get(refresh);
        if (grant == null || !grant.permission.stands || !Objects.equals(refresh, grant.refresh)) {
            if (grant != null) {
                grant.permission.stands = false;
            }
            return new Renewal.Lost(displayName() + " takes these tokens no more; connect the account again.");
        }
        return new Renewal.Renewed(issue(grant));
    }

    private AccountTokens issue(Grant grant) {
        var access = Secret.of("access-secret-" + ++serial);
        var refresh = Secret.of("refresh-secret-" + serial);
        var endsAt = time.instant().plus(tokensLast);
        grant.refresh = refresh;
        accesses.put(access, new Issued(grant, endsAt));
        refreshes.put(refresh, grant);
        return new AccountTokens(access, refresh, endsAt, SCOPES);
    }

    @Override
    public void revoke(AccountTokens tokens) {
        final Consumer<AccountTokens> hook;
        synchronized (this) {
            hook = onRevocation;
        }
        hook.accept(tokens);
        revokeNow(tokens);
    }

    private synchronized void revokeNow(AccountTokens tokens) {
        var issued = accesses.get(tokens.access());
        if (issued != null && outage == null) {
            issued.grant().permission.stands = false;
        }
    }

    @Override
    public synchronized Optional<Duration> validationInterval() {
        return Optional.ofNullable(validationInterval);
    }

    @Override
    public synchronized Standing validate(AccountTokens tokens) {
        validations++;
        if (outage != null) {
            return new Standing.Unavailable(outage);
        }
        return takes(tokens.access()) ? new Standing.Good() : new Standing.Refused();
    }

    @Override
    public Opening open(BroadcastPlan plan, AccountAccess access) {
        return refusal(access).<Opening>map(Opening.Failed::new).orElseGet(() -> shows.open(plan, access));
    }

    @Override
    public Look advance(BroadcastRef broadcast, AccountAccess access) {
        return refusal(access).<Look>map(Look.Failed::new).orElseGet(() -> shows.advance(broadcast, access));
    }

    @Override
    public Ending end(BroadcastRef broadcast, AccountAccess access) {
        return refusal(access).<Ending>map(Ending.Failed::new).orElseGet(() -> shows.end(broadcast, access));
    }

    @Override
    public VideoLook video(BroadcastRef broadcast, AccountAccess access) {
        return refusal(access).<VideoLook>map(VideoLook.Failed::new).orElseGet(() -> shows.video(broadcast, access));
    }

    /** Why somebody is not listened to, a new token tried; empty where they are. */
    private Optional<PlatformTrouble> refusal(AccountAccess access) {
        var token = access.token();
        if (takes(token) || takes(access.tokenAfter(token))) {
            return Optional.empty();
        }
        var message = displayName() + " takes the saved permission no more; connect the account again.";
        access.needsAuthorization(message);
        return Optional.of(new PlatformTrouble(false, null, "unauthorized", message));
    }

    @Override
    public int longestText() {
        return chats.longestText();
    }

    @Override
    public Link join(BroadcastRef broadcast, AccountAccess access, Ear ear, Means means) {
        return chats.join(broadcast, access, ear, means);
    }

    @Override
    public synchronized DeviceStart startDevice() {
        if (outage != null) {
            return new DeviceStart.Unavailable(outage);
        }
        var userCode = "USER-" + ++serial;
        devices.put("device-" + userCode, new Device());
        return new DeviceStart.Started(
                Secret.of("device-" + userCode),
                userCode,
                URI.create("https://" + name + ".invalid/activate"),
                INTERVAL,
                CODES_LAST);
    }

    @Override
    public synchronized DevicePoll pollDevice(Secret deviceCode) {
        polls++;
        if (outage != null) {
            return new DevicePoll.Done(new Connection.Unavailable(outage));
        }
        var device = devices.get(deviceCode.reveal());
        if (device == null || device.done) {
            return new DevicePoll.Done(
                    new Connection.Refused(displayName() + " does not know the device; begin again."));
        }
        if (device.who == null) {
            var answer = new DevicePoll.Pending(slower);
            slower = false;
            return answer;
        }
        device.done = true;
        return new DevicePoll.Done(allowed(device.who));
    }

    /** The parameters of an address. */
    public static Map<String, String> query(URI address) {
        var parameters = new LinkedHashMap<String, String>();
        var query = address.getRawQuery();
        for (var part : query == null ? new String[0] : query.split("&", -1)) {
            var halves = part.split("=", 2);
            parameters.put(halves[0], URLDecoder.decode(halves[halves.length - 1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String challenge(Secret verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256")
                            .digest(verifier.reveal().getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256; this one does not.", e);
        }
    }
}

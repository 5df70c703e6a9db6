package dev.livemeter.platforms;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.secret.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How an application uses Facebook's Graph API. What to set up at Meta stands in {@code docs/platforms.md}. It prints no secret.
 *
 * @param appId of the application, from Meta's app dashboard
 * @param appSecret that belongs to it
 * @param version of the Graph API, such as {@code v24.0}; Meta ends each some two years after it came
 * @param profile whether people may go live on their own profile besides their pages; asks them for {@link #PROFILE}
 * @param chat whether comments are heard and written; asks people for {@link #CHAT}
 * @param lookEvery how often a broadcast that is live is looked at
 * @param chatEvery how often comments are asked for while people write; up to six times more seldom while nobody does
 * @param api where the Graph API listens, without a version; others than Facebook's own are for tests
 * @param page where people allow it, without a version and {@code /dialog/oauth}
 */
public record FacebookSettings(
        String appId,
        Secret appSecret,
        String version,
        boolean profile,
        boolean chat,
        Duration lookEvery,
        Duration chatEvery,
        URI api,
        URI page) {

    /** To find a person's pages and to go live on them. */
    public static final Set<String> PAGES = Set.of("pages_show_list", "pages_read_engagement", "pages_manage_posts");

    /** To read what people write beside a page's broadcast, and to answer as the page. */
    public static final Set<String> CHAT = Set.of("pages_read_user_content", "pages_manage_engagement");

    /** To go live on a person's own profile. */
    public static final String PROFILE = "publish_video";

    /**
     * Checks them.
     *
     * @throws ConfigurationException with everything that is wrong
     */
    public FacebookSettings {
        var faults = new ArrayList<String>();
        if (appId.isBlank() || appSecret.reveal().isBlank()) {
            faults.add("Facebook needs the id and the secret of an application; take both from Meta's app dashboard.");
        }
        if (!version.matches("v[0-9]{1,3}\\.[0-9]{1,2}")) {
            faults.add("The version of Facebook's Graph API is '" + version + "'; expected one like v24.0.");
        }
        if (lookEvery.compareTo(Duration.ofSeconds(5)) < 0) {
            faults.add("Facebook would be looked at every " + lookEvery + "; expected at least 5 s.");
        }
        if (chatEvery.compareTo(Duration.ofSeconds(1)) < 0) {
            faults.add("Facebook would be asked for comments every " + chatEvery + "; expected at least 1 s.");
        }
        for (var endpoint : List.of(api, page)) {
            try {
                new Endpoint(endpoint);
            } catch (IllegalArgumentException e) {
                faults.add(String.valueOf(e.getMessage()));
            }
        }
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    /** With everything as it is for most. */
    public static FacebookSettings of(String appId, Secret appSecret) {
        return new FacebookSettings(
                appId,
                appSecret,
                "v24.0",
                false,
                true,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                URI.create("https://graph.facebook.com"),
                URI.create("https://www.facebook.com"));
    }

    /** What people are asked to allow. */
    public Set<String> permissions() {
        var all = new TreeSet<>(PAGES);
        if (chat) {
            all.addAll(CHAT);
        }
        if (profile) {
            all.add(PROFILE);
        }
        return all;
    }

    /** The same in another version of the Graph API. */
    public FacebookSettings version(String other) {
        return new FacebookSettings(appId, appSecret, other, profile, chat, lookEvery, chatEvery, api, page);
    }

    /** The same, with people's own profiles. */
    public FacebookSettings withProfile() {
        return new FacebookSettings(appId, appSecret, version, true, chat, lookEvery, chatEvery, api, page);
    }

    /** The same, without comments. */
    public FacebookSettings withoutChat() {
        return new FacebookSettings(appId, appSecret, version, profile, false, lookEvery, chatEvery, api, page);
    }

    /** The same at another pace. */
    public FacebookSettings every(Duration look, Duration comments) {
        return new FacebookSettings(appId, appSecret, version, profile, chat, look, comments, api, page);
    }

    /** The same at another place, such as a stand-in. */
    public FacebookSettings at(URI otherApi, URI otherPage) {
        return new FacebookSettings(
                appId, appSecret, version, profile, chat, lookEvery, chatEvery, otherApi, otherPage);
    }

    /** Where requests go. */
    public URI versionedApi() {
        return below(api, "/" + version);
    }

    /** Where people's browsers go. */
    public URI versionedPage() {
        return below(page, "/" + version + "/dialog/oauth");
    }

    private static URI below(URI root, String path) {
        var text = root.toString();
        return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + path);
    }
}

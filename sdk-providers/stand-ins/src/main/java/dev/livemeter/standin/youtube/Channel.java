package dev.livemeter.standin.youtube;

/** A person's Google account and the channel that it may have. Its server's lock guards it. */
public final class Channel {

    private final String person;
    private final String title;
    private String live = "";
    private boolean exists = true;

    Channel(String person, String title) {
        this.person = person;
        this.title = title;
    }

    /** Who signs in. */
    public String person() {
        return person;
    }

    public String title() {
        return title;
    }

    public String id() {
        return "UC-" + person;
    }

    boolean exists() {
        return exists;
    }

    /** The account has no channel. */
    public void withoutChannel() {
        exists = false;
    }

    /** Live streaming is refused with that reason: {@code liveStreamingNotEnabled}, {@code livePermissionBlocked}; empty for not refused. */
    public void refuseLive(String reason) {
        live = reason;
    }

    void requireLive() {
        if (!exists) {
            throw new ApiError(401, "youtube.header", "youtubeSignupRequired", "Unauthorized");
        }
        if (!live.isEmpty()) {
            throw ApiError.live(403, live, "The user is not enabled for live streaming.");
        }
    }
}

package dev.livemeter.http;

import dev.livemeter.Livemeter;

/** The addresses of calls and rooms. */
final class TalkRoutes {

    private TalkRoutes() {}

    /** Whether those who only watch and pay may change something below that path; that they moderate somebody's chat is looked at there. */
    static boolean isForViewers(String path) {
        return path.startsWith("/calls")
                || path.startsWith("/rooms")
                || path.equals("/tips")
                || path.startsWith(PlatformChatPolls.PATH);
    }

    static void on(Routes routes, Livemeter live, CallPolls polls) {
        var calls = new CallEndpoints(live);
        routes.on("POST", "/calls/token", calls::token)
                .on("GET", "/calls/price", calls::price)
                .on("GET", "/calls/running", calls::running)
                .on("GET", "/calls/current", polls::answerNow)
                .on("GET", "/calls", calls::list)
                .on("POST", "/calls", calls::invite)
                .on("GET", "/calls/{id}", calls::show)
                .on("POST", "/calls/{id}/accept", calls::accept)
                .on("POST", "/calls/{id}/decline", calls::decline)
                .on("POST", "/calls/{id}/cancel", calls::cancel)
                .on("POST", "/calls/{id}/hang-up", calls::hangUp)
                .on("POST", "/calls/{id}/media", calls::media)
                .on("POST", "/calls/{id}/extend", calls::extend)
                .on("POST", "/calls/{id}/tips", calls::tip)
                .on("POST", "/calls/{id}/end", calls::end);
        var rooms = new RoomEndpoints(live);
        var viewers = new RoomViewerEndpoints(live);
        routes.on("GET", "/rooms", rooms::list)
                .on("POST", "/rooms", rooms::open)
                .on("GET", "/rooms/{id}", rooms::show)
                .on("POST", "/rooms/{id}/start", rooms::start)
                .on("POST", "/rooms/{id}/close", rooms::close)
                .on("POST", "/rooms/{id}/end", rooms::end)
                .on("POST", "/rooms/{id}/sent", rooms::sent)
                .on("POST", "/rooms/{id}/send-out", rooms::sendOut)
                .on("POST", "/rooms/{id}/refund", rooms::refund)
                .on("GET", "/rooms/{id}/participants", rooms::participants)
                .on("POST", "/rooms/{id}/join", viewers::join)
                .on("POST", "/rooms/{id}/leave", viewers::leave)
                .on("POST", "/rooms/{id}/media", viewers::media)
                .on("GET", "/rooms/{id}/presence", viewers::presence)
                .on("POST", "/rooms/{id}/ticket", viewers::buy)
                .on("GET", "/rooms/{id}/ticket", viewers::ticket)
                .on("GET", "/live/{user}", rooms::liveNow);
    }

    /**
     * Lets pass where there are calls and rooms.
     *
     * @throws ProblemException 501 elsewhere
     */
    static void require(Livemeter live) {
        if (!live.offersCalls()) {
            throw new ProblemException(
                    501,
                    "calls.none",
                    "This application has no calls and rooms; its developer gives their rules and the signaling with"
                            + " .calls(policy, network).");
        }
    }
}

package dev.livemeter.http;

import dev.livemeter.web.WebResponse;

/** Answers the calls of one route. */
@FunctionalInterface
interface Endpoint {

    WebResponse answer(Call call);
}

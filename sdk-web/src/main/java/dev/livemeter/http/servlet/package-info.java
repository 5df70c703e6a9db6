/**
 * Livemeter in a servlet container of the host: {@link dev.livemeter.http.servlet.SignalingServlet} carries signaling, {@link dev.livemeter.http.servlet.HandlerServlet} whatever answers requests, such as the REST interface. Needs Jakarta Servlet 6.
 */
@NullMarked
package dev.livemeter.http.servlet;

import org.jspecify.annotations.NullMarked;

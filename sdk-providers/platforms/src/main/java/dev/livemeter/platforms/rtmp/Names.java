package dev.livemeter.platforms.rtmp;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Asks for the addresses of a host; blocks. */
@FunctionalInterface
public interface Names {

    InetAddress[] addresses(String host) throws UnknownHostException;
}

package dev.livemeter.relay.nginx;

/**
 * The way to a TLS server: what comes in at a port of its own on loopback goes there, encrypted.
 *
 * @param port on loopback; never given to another server while streams may still be sent to it
 */
record TlsRoute(TlsHost host, int port) {}

package dev.livemeter.account;

/**
 * Who somebody is on a platform.
 *
 * @param id the platform's own, such as a channel id; it stays when the person takes another name
 * @param name what people see there
 */
public record PlatformIdentity(String id, String name) {}

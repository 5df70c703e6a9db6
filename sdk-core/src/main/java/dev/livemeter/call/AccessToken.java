package dev.livemeter.call;

import dev.livemeter.peer.PeerId;
import dev.livemeter.secret.Secret;
import java.time.Instant;

/**
 * Lets one client of one user into signaling, under one id, until it expires. To be given to the {@code peerjs} client as its {@code token}.
 *
 * @param value of {@code A-Z a-z 0-9 . _ -}, for a URL
 */
public record AccessToken(Secret value, PeerId peer, Instant expiresAt) {}

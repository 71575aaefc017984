package io.headgate.l7.fast;

import io.headgate.l7.KeptBodies;
import io.netty.handler.codec.http.HttpContent;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What has come of a body, for the request that begins anew.
 *
 * @param parts from the body's beginning
 * @param share what they take of the memory for kept bodies, to be given back when that request is over; null
 *            where they were not kept
 */
record HandedBody(Queue<HttpContent> parts, KeptBodies.@Nullable Share share) {}

package io.headgate.l7.port;

import io.headgate.l7.Forwarding;
import io.headgate.l7.HeaderNames;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes the forwarded headers of a client that is not trusted before anything reads them. A predicate that
 * believed one would let the client choose its route; and what a route's filters set under these names later
 * is the operator's, and stays.
 */
final class ForwardedNames {

    private ForwardedNames() {
    }

    static void drop(HttpHeaders headers, Channel connection, Forwarding forwarding) {
        List<CharSequence> found = null;
        List<CharSequence> identity = null;
        HeaderNames ours = forwarding.identity();
        for (var each = headers.iteratorCharSequence(); each.hasNext();) {
            CharSequence name = each.next().getKey();
            if (ours.contains(name)) {
                identity = identity == null ? new ArrayList<>(4) : identity;
                identity.add(name);
            } else if (Forwarding.isForwarded(name)) {
                found = found == null ? new ArrayList<>(4) : found;
                found.add(name);
            }
        }
        if (identity != null) {
            identity.forEach(headers::remove);
        }
        if (found != null && !forwarding.trusts(ClientAddress.of(connection))) {
            found.forEach(headers::remove);
        }
    }
}

package io.headgate.l7.route;

import io.headgate.pool.Address;

/** What answers a route's requests. */
public sealed interface Target {

    /** A member of the pool with this name, whichever pool has it at the time. */
    record OfPool(String pool) implements Target {}

    /** One fixed address, without health or balancing, in clear or through TLS. */
    record Fixed(Address address, boolean secure) implements Target {}

    /** Nobody: an edit of the route answers every request. */
    record Nobody() implements Target {}
}

package io.headgate.l7.fast;

import io.headgate.net.ClientSource;
import io.headgate.pool.Member;

/**
 * A member that is connected to from clients' own addresses: whom a connection from one of these is kept for.
 * It serves nobody else, because the member takes whatever comes by it for that client's.
 */
record MemberFrom(Member member, ClientSource source) {}

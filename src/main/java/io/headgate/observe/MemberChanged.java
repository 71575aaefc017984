package io.headgate.observe;

import io.headgate.pool.Availability;

/** Published as a Spring application event when a member's availability has changed. */
public record MemberChanged(String pool, String member, Availability from, Availability to, String cause) {}

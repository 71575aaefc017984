package io.headgate.pool;

/** What active checks say of a member. */
public enum Probe {
    /** The pool's members are not checked. */
    UNCHECKED,
    /** No check has come to a verdict yet: no traffic. */
    PENDING,
    UP,
    DOWN
}

package io.headgate.health;

import io.headgate.pool.Member;

/** Is notified of every check. Called on an event loop: it must neither block nor throw. */
@FunctionalInterface
public interface CheckListener {

    void onCheck(Member member, Member.Check check);
}

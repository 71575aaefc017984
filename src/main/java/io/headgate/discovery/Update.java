package io.headgate.discovery;

import io.headgate.pool.MemberSpec;
import java.util.List;
import java.util.Set;

/** A report of a source of members. */
public sealed interface Update {

    /** These are the members, all of them. */
    record Reset(List<MemberSpec> members) implements Update {

        public Reset {
            members = List.copyOf(members);
        }
    }

    /** These members are new, or have changed. */
    record Add(List<MemberSpec> members) implements Update {

        public Add {
            members = List.copyOf(members);
        }
    }

    /** The members with these ids are gone. */
    record Remove(Set<String> ids) implements Update {

        public Remove {
            ids = Set.copyOf(ids);
        }
    }

    /**
     * The source no longer sees any member. It failed, or it answered that there are none, which often means
     * the same: a name server that has lost its zone says so, too. No member leaves because of that.
     *
     * @param cause in words, for operators
     */
    record Gone(String cause) implements Update {}
}

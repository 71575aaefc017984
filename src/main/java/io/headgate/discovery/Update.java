package io.headgate.discovery;

import io.headgate.pool.MemberSpec;
import java.util.List;
import java.util.Set;

/** What a source of members says. */
public sealed interface Update {

    /** These are the members, all of them. */
    record Reset(List<MemberSpec> members) implements Update {

        public Reset {
            members = List.copyOf(members);
        }
    }

    /** These are members too, or have changed. */
    record Add(List<MemberSpec> members) implements Update {

        public Add {
            members = List.copyOf(members);
        }
    }

    /** The members with these ids are none any more. */
    record Remove(Set<String> ids) implements Update {

        public Remove {
            ids = Set.copyOf(ids);
        }
    }

    /**
     * The source sees no member any more: it failed, or answered that there are none, which often is the same
     * (a name server that has lost its zone says so too). Nobody leaves on that account.
     *
     * @param cause in words, for operators
     */
    record Gone(String cause) implements Update {}
}

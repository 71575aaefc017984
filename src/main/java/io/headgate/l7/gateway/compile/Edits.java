package io.headgate.l7.gateway.compile;

import io.headgate.l7.route.RequestEdit;
import io.headgate.l7.route.ResponseEdit;
import org.jspecify.annotations.Nullable;

/**
 * What one filter does, before the member is asked and after.
 *
 * @param answers whether it may answer instead of a member
 */
record Edits(@Nullable RequestEdit request, @Nullable ResponseEdit response, boolean answers) {

    static Edits before(RequestEdit edit) {
        return new Edits(edit, null, false);
    }

    static Edits after(ResponseEdit edit) {
        return new Edits(null, edit, false);
    }
}

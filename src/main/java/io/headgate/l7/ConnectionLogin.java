package io.headgate.l7;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * Logins that apply to a connection and not to a request: after one, a server treats everything on that
 * connection as that user's (RFC 4559, 6; MS-NTHT). Such a connection to a member belongs to the client that
 * logged in and must never serve another.
 */
public final class ConnectionLogin {

    private static final String[] SCHEMES = {"NTLM", "Negotiate", "Kerberos", "CredSSP"};

    private ConnectionLogin() {
    }

    /**
     * Whether a header names such a login in any of its lines: the header of a request that logs in, or of an
     * answer that asks for the login or completes it.
     */
    public static boolean isIn(HttpHeaders headers, AsciiString header) {
        if (!headers.contains(header)) { // nearly every message ends here
            return false;
        }
        List<String> lines = headers.getAll(header);
        for (int i = 0; i < lines.size(); i++) {
            if (names(lines.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** A comma in quotes counts, too: mistaking a connection for a user's costs little. */
    private static boolean names(String line) {
        int from = 0;
        while (from < line.length()) {
            char c = line.charAt(from);
            if (c == ',' || c == ' ' || c == '\t') {
                from++;
                continue;
            }
            if (isScheme(line, from)) {
                return true;
            }
            int comma = line.indexOf(',', from);
            from = comma < 0 ? line.length() : comma;
        }
        return false;
    }

    private static boolean isScheme(String line, int from) {
        for (String scheme : SCHEMES) {
            int to = from + scheme.length();
            if (line.regionMatches(true, from, scheme, 0, scheme.length())
                    && (to == line.length() || " \t,".indexOf(line.charAt(to)) >= 0)) {
                return true;
            }
        }
        return false;
    }
}

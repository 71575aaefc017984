package io.headgate.discovery;

import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolverException;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.util.NetUtil;

/** What is wrong with a source, in words for operators: which name server, and what it did. */
final class Trouble {

    private Trouble() {
    }

    static String of(Throwable cause) {
        String message = words(cause);
        Throwable deeper = cause.getCause();
        return deeper == null ? message : message + ": " + words(deeper);
    }

    private static String words(Throwable cause) {
        return switch (cause) {
            case DnsNameResolverTimeoutException silent -> server(silent) + " did not answer in time";
            case DnsErrorCauseException error -> "the name server said " + error.getCode();
            case DnsNameResolverException failed -> server(failed) + " could not be asked"
                    + (failed.getCause() == null ? "" : ", " + failed.getCause().getMessage());
            default -> cause.getMessage() == null ? cause.toString() : cause.getMessage();
        };
    }

    private static String server(DnsNameResolverException failure) {
        return "name server " + NetUtil.toSocketAddressString(failure.remoteAddress());
    }
}

package io.headgate.l7;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** What members are told of the certificate that a client has shown. */
public final class CertificateHeaders {

    /** RFC 9440: the certificate itself. */
    public static final String CLIENT_CERT = "client-cert";
    /** Envoy's: its hash, subject and names. */
    public static final String XFCC = "xfcc";

    private static final int URI = 6;
    private static final int DNS = 2;

    private CertificateHeaders() {
    }

    /**
     * Names and values in turn.
     *
     * @param kinds which of the two
     */
    public static List<String> of(X509Certificate certificate, Set<String> kinds) {
        List<String> headers = new ArrayList<>();
        try {
            byte[] der = certificate.getEncoded();
            if (kinds.contains(CLIENT_CERT)) {
                headers.add("Client-Cert");
                headers.add(":" + Base64.getEncoder().encodeToString(der) + ":");
            }
            if (kinds.contains(XFCC)) {
                headers.add("X-Forwarded-Client-Cert");
                headers.add(xfcc(certificate, der));
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("it was read from this form", e);
        }
        return headers;
    }

    private static String xfcc(X509Certificate certificate, byte[] der) {
        StringBuilder all = new StringBuilder("Hash=").append(sha256(der)).append(";Subject=");
        quote(all, certificate.getSubjectX500Principal().getName());
        names(certificate, URI).forEach(name -> quote(all.append(";URI="), name));
        names(certificate, DNS).forEach(name -> quote(all.append(";DNS="), name));
        return all.toString();
    }

    /** Its alternative names of one kind. */
    private static List<String> names(X509Certificate certificate, int kind) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream().filter(name -> name.getFirst().equals(kind))
                            .map(name -> String.valueOf(name.get(1))).toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /** All its alternative names that are host names or URIs. */
    public static List<String> names(X509Certificate certificate) {
        List<String> all = new ArrayList<>(names(certificate, DNS));
        all.addAll(names(certificate, URI));
        return all;
    }

    /** In quotes, with all that is not plain text made into question marks: a name may be anything. */
    private static void quote(StringBuilder to, String text) {
        to.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\');
            }
            to.append(c < ' ' || c > 126 ? '?' : c);
        }
        to.append('"');
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }
}

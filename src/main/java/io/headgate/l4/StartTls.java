package io.headgate.l4;

/** A protocol whose clients ask in clear text whether they may begin TLS, and wait for the answer. */
public enum StartTls {
    /** PostgreSQL's SSLRequest; a client that begins with TLS (sslnegotiation=direct) is served as well. */
    POSTGRES
}

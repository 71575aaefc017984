package io.headgate.discovery;

import io.headgate.pool.Address;

/** Where members are found. */
public sealed interface SourceSpec {

    /** Every address of a host name is a member: {@code orders.prod.svc:8080}. */
    record Dns(Address name) implements SourceSpec {

        @Override
        public String toString() {
            return "dns " + name;
        }
    }

    /**
     * Every SRV record of a name is a member: {@code _http._tcp.orders.prod.svc.cluster.local}. The name is
     * used as it is, without search domains. A target stays a name: when it has several addresses, a
     * connection goes to one of them.
     */
    record Srv(String name) implements SourceSpec {

        public Srv {
            if (name.isBlank() || name.chars().anyMatch(c -> c <= ' ')) {
                throw new IllegalArgumentException(
                        name + " (expected: a name of SRV records, such as _http._tcp.orders.example.org)");
            }
        }

        @Override
        public String toString() {
            return "srv " + name;
        }
    }

    /** Every instance of a service that the application's DiscoveryClient knows is a member. */
    record Service(String id) implements SourceSpec {

        public Service {
            if (id.isBlank()) {
                throw new IllegalArgumentException(id + " (expected: the name of a service)");
            }
        }

        @Override
        public String toString() {
            return "service " + id;
        }
    }
}

package io.headgate.l4;

/**
 * A listener's configuration and what was derived from it.
 *
 * @param spec as configured
 * @param names its SNI rules
 */
record Terms(ListenerSpec spec, SniTable names) {

    static Terms of(ListenerSpec spec) {
        return new Terms(spec, new SniTable(spec.tcp().sni()));
    }
}

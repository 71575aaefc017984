/**
 * One proxy in one round: what the load saw, the proxy's CPU time in µs for each unit, its resident memory
 * afterwards, and the share of the proxy's CPU that went to others (the idle proxies, anything else on the
 * machine, the hypervisor).
 */
record Measured(Sample sample, double cpuMicros, long residentBytes, double othersShare) {}

/** One row of the catalogue: proxies set up in one way, and the work that they get. */
record Scenario(String name, String about, Setup setup, Work work) {}

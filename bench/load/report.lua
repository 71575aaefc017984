-- For wrk: one line that Bench reads, with the 99.9th percentile and the errors that wrk's own report leaves out.
-- BENCH_POST=n sends n bytes with each request.

local post = tonumber(os.getenv("BENCH_POST") or "0")
if post > 0 then
  wrk.method = "POST"
  wrk.body = string.rep("x", post)
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("report requests=%d micros=%d bytes=%d p50=%d p99=%d p999=%d errors=%d\n",
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
    e.connect + e.read + e.write + e.status + e.timeout))
end

-- For wrk: one line that Bench reads, with the 99.9th percentile and the errors that wrk's own report leaves out.
-- BENCH_POST=n sends n bytes with each request. BENCH_URLS=new asks for another URL each time, and BENCH_URLS=n for n of them
-- by Zipf's law: the second half as often as the first, the third a third as often.

local post = tonumber(os.getenv("BENCH_POST") or "0")
if post > 0 then
  wrk.method = "POST"
  wrk.body = string.rep("x", post)
end

local urls = os.getenv("BENCH_URLS") or "1"
if urls == "new" then
  local run, count = os.time(), 0
  function request()
    count = count + 1
    return wrk.format(nil, wrk.path .. "?" .. run .. "-" .. count)
  end
elseif tonumber(urls) > 1 then
  local n, sums, sum = tonumber(urls), {}, 0
  for i = 1, n do
    sum = sum + 1 / i
    sums[i] = sum
  end
  function request()
    local at, low, high = math.random() * sum, 1, n
    while low < high do
      local middle = math.floor((low + high) / 2)
      if sums[middle] < at then low = middle + 1 else high = middle end
    end
    return wrk.format(nil, wrk.path .. "?" .. low)
  end
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("report requests=%d micros=%d bytes=%d p50=%d p99=%d p999=%d errors=%d\n",
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
    e.connect + e.read + e.write + e.status + e.timeout))
end

-- Prints the measurements as one line of JSON. With BENCH_RATE set, this many requests per second are sent, spread evenly.
local rate = tonumber(os.getenv('BENCH_RATE') or '0')

if rate > 0 then
  local ffi = require('ffi')
  ffi.cdef('typedef struct { long seconds; long nanoseconds; } instant; int clock_gettime(int, instant *);')
  local instant = ffi.new('instant')
  local function now()
    ffi.C.clock_gettime(1, instant) -- CLOCK_MONOTONIC
    return tonumber(instant.seconds) * 1000 + tonumber(instant.nanoseconds) / 1e6
  end
  local turn = now()
  function delay()
    local at = now()
    -- Late requests are caught up with, but never more than a tenth of a second of them
    turn = math.max(turn + 1000 / rate, at - 100)
    return math.max(0, math.floor(turn - at + 0.5))
  end
end

function done(summary, latency)
  local failed = summary.errors.status + summary.errors.read + summary.errors.connect + summary.errors.timeout
  io.write(string.format(
    '{"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"failed":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, failed))
end

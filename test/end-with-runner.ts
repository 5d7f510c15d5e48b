// A test's process outlives vitest if that is killed, and with it whatever the test started. Not process.exit():
// vitest forbids it.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))

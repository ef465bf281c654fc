const process = require('node:process');

/** Loaded into the server that is soaked: says on demand what it holds after its garbage is collected. */
process.on('message', () => {
  globalThis.gc();
  process.send({ heap: process.memoryUsage().heapUsed });
});
// Whoever soaks it is gone.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));

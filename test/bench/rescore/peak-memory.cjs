/* global process */
// Required by a process that is measured: tells the most memory that it ever held, in kilobytes.
const { writeFileSync } = require('node:fs');

process.once('exit', () => {
  if (process.env.PEAK_MEMORY_FILE) {
    writeFileSync(process.env.PEAK_MEMORY_FILE, String(process.resourceUsage().maxRSS));
  }
});

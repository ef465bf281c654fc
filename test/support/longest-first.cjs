const { default: Sequencer } = require('@jest/test-sequencer');

/** Suites that run for a minute and more. One of them begun last would leave the other cores idle until it ends. */
const LONGEST = [
  'app/two-year-life',
  'fault/fault',
  'fuzz/fuzz',
  'soak/soak',
  'api/permissions',
  'api/every-mutation',
];

/** Jest's own order, with the longest suites before all others. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path }) => {
      const index = LONGEST.findIndex((name) => path.endsWith(`/${name}.test.ts`));
      return index < 0 ? LONGEST.length : index;
    };
    return [...super.sort(tests)].sort((a, b) => place(a) - place(b));
  }
};

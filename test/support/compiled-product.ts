import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Options, transformFileSync } from '@swc/core';

const ROOT = resolve(__dirname, '../..');
const FOLDERS = ['src', 'migrations'];
/** What the product reads beside its code. */
const LINKED = ['node_modules', 'package.json', 'schema'];

const AS_TESTS_ARE: Options = {
  swcrc: false,
  sourceMaps: 'inline',
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};

/**
 * The sources as they are now, compiled into a folder of their own. A process that runs them from there starts in a
 * third of the time of one that compiles as it goes, which counts where a test starts dozens.
 */
export class CompiledProduct {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tierbook-compiled-'));

  constructor() {
    for (const name of LINKED) symlinkSync(join(ROOT, name), join(this.folder, name));
    for (const folder of FOLDERS) {
      for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
        if (!file.endsWith('.ts')) continue;
        const target = join(this.folder, folder, file.replace(/ts$/, 'js'));
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, transformFileSync(join(ROOT, folder, file), AS_TESTS_ARE).code);
      }
    }
  }

  /** The command line, for node to run. */
  get program(): string {
    return join(this.folder, 'src/cli/tierbook.js');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

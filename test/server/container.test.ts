import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfig } from '../../src/server/config';

const ROOT = resolve(__dirname, '../..');
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

describe('the container files', () => {
  const compose = read('.container', 'compose.yaml');
  const image = read('.container', 'Containerfile');

  test('set nothing but what the server knows, to values that it takes', () => {
    const block = /^x-environment:.*\n((?: {2}.*\n)+)/m.exec(compose)?.[1] ?? '';
    const settings = [...block.matchAll(/^ {2}(\w+): (.*)$/gm)].map(
      ([, name = '', value = '']) =>
        [
          name,
          value
            .replace(/^'|'$/g, '')
            .replace(/\$\{\w+:-(\w*)\}/g, '$1')
            .replace('${POSTGRES_PASSWORD:?}', 'a-password'),
        ] as const,
    );
    expect(settings.length).toBeGreaterThan(5);
    const source = read('src', 'server', 'config.ts');
    for (const [name] of settings) expect(source).toContain(`'${name}'`);
    expect(readConfig(Object.fromEntries(settings))).toMatchObject({
      databaseUrl: 'postgres://tierbook:a-password@primary:5432/tierbook',
      replicaUrls: ['postgres://tierbook:a-password@replica:5432/tierbook'],
      drainNoticeSeconds: 5,
      baseCurrency: 'USD',
    });
  });

  test('give a server that stops the time to drain', () => {
    const grace = Number(/stop_grace_period: (\d+)s/.exec(compose)?.[1]);
    const notice = Number(/DRAIN_NOTICE_SECONDS: '(\d+)'/.exec(compose)?.[1]);
    expect(grace).toBeGreaterThan(notice + 10);
  });

  test('copy what there is, and run as an ordinary user', () => {
    const copied = [...image.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(readdirSync(ROOT)).toEqual(expect.arrayContaining(copied));
    // Nothing else is sent to the builder.
    const sent = read('.container', 'Containerfile.dockerignore').match(/(?<=^!).+$/gm) ?? [];
    expect([...sent].sort()).toEqual([...new Set(copied)].sort());
    expect(image).toMatch(/^USER node$/m);
    expect(image).toMatch(/^HEALTHCHECK [\s\S]*\/readyz/m);
  });

  test('mount scripts that are there', () => {
    const mounted = [...compose.matchAll(/- \.\/([\w.-]+):/g)].map(([, name]) => name);
    expect(readdirSync(join(ROOT, '.container'))).toEqual(expect.arrayContaining(mounted));
    expect(mounted.length).toBeGreaterThan(0);
  });
});

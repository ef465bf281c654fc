// Runs the tools of front-end teams over schema/schema.graphql and schema/operations: graphql-eslint's rules for
// schemas and for Relay, relay-compiler, and graphql-codegen's client preset, whose output has to be sound TypeScript.
// What the last two persist has to be a manifest of trusted documents that the server takes.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import console from 'node:console';
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import graphqlPlugin from '@graphql-eslint/eslint-plugin';
import { ESLint } from 'eslint';
import { buildSchema, Kind, parse, print } from 'graphql';
import relayCompiler from 'relay-compiler';

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const schemaFile = join(root, 'schema', 'schema.graphql');
const operationsFolder = join(root, 'schema', 'operations');
const schema = readFileSync(schemaFile, 'utf8');
const documents = readdirSync(operationsFolder)
  .filter((name) => name.endsWith('.graphql'))
  .sort()
  .map((name) => ({ name, document: parse(readFileSync(join(operationsFolder, name), 'utf8')) }));

/** Rules of the sets that the schema does not follow, and why. */
const DECIDED_OTHERWISE = {
  // What has an identity is a Node; parts, payloads and figures have none.
  '@graphql-eslint/strict-id-in-types': 'off',
  // Entries of queues and days are no Nodes. Connections have `nodes` beside `edges`, and short lists that are complete need no pages.
  '@graphql-eslint/relay-edge-types': [
    'error',
    { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
  ],
};

async function lintSchema() {
  const { configs } = graphqlPlugin;
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.graphql'],
        languageOptions: {
          parser: graphqlPlugin.parser,
          parserOptions: {
            graphQLConfig: { schema: schemaFile, documents: join(operationsFolder, '*.graphql') },
          },
        },
        plugins: { '@graphql-eslint': graphqlPlugin },
      },
      {
        files: ['schema/schema.graphql'],
        rules: {
          ...configs['flat/schema-recommended'].rules,
          ...configs['flat/schema-relay'].rules,
          ...DECIDED_OTHERWISE,
        },
      },
    ],
  });
  const results = await eslint.lintFiles(['schema/schema.graphql']);
  const text = await (await eslint.loadFormatter('stylish')).format(results);
  if (results.some(({ errorCount, warningCount }) => errorCount + warningCount > 0))
    fail('graphql-eslint', text);
}

/** Relay wants each operation in a module of its name, and its kind at the end of its own. */
function compileForRelay(folder, algorithm) {
  mkdirSync(join(folder, 'src'), { recursive: true });
  for (const { document } of documents) {
    const [operation] = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    const module = operation.name.value;
    const name = {
      ...operation.name,
      value:
        module + { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' }[operation.operation],
    };
    const renamed = {
      ...document,
      definitions: document.definitions.map((one) => (one === operation ? { ...one, name } : one)),
    };
    const tagged = `import { graphql } from 'relay-runtime';\nexport default graphql\`${print(renamed)}\`;\n`;
    writeFileSync(join(folder, 'src', `${module}.ts`), tagged);
  }
  writeFileSync(join(folder, 'schema.graphql'), schema);
  const config = {
    src: './src',
    schema: './schema.graphql',
    language: 'typescript',
    eagerEsModules: true,
    persistConfig: { file: './persisted.json', algorithm },
  };
  writeFileSync(join(folder, 'persisted.json'), '{}');
  writeFileSync(join(folder, 'relay.config.json'), JSON.stringify(config));
  const { status, stdout, stderr } = spawnSync(relayCompiler, ['relay.config.json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) fail('relay-compiler', stdout + stderr);
  else checkManifest(`relay-compiler (${algorithm})`, join(folder, 'persisted.json'), algorithm);
}

/** The server takes the file, and knows every document by the id that the tool gave it. */
function checkManifest(what, file, algorithm) {
  const { readManifest } = require(join(root, 'dist', 'src', 'server', 'document-manifest.js'));
  const { TrustedDocuments } = require(join(root, 'dist', 'src', 'server', 'trusted-documents.js'));
  // The server's own graphql: schemas of another copy are none to it.
  const server = require(join(root, 'node_modules', 'graphql'));
  const person = { kind: 'PERSON', id: 'person:1', name: 'A person', role: 'VIEWER', csmId: null };
  try {
    const manifest = readManifest(file, server.buildSchema(schema));
    const trusted = new TrustedDocuments(manifest, true);
    if (manifest.length !== documents.length)
      fail(what, `${manifest.length} documents of ${documents.length}`);
    for (const [id, text] of manifest) {
      const hash = createHash(algorithm.toLowerCase()).update(text).digest('hex');
      if (id.replace(/^sha256:/, '') !== hash) fail(what, `the id ${id} is not the hash of its document`);
      if (trusted.find(id, undefined, person)?.text !== text) fail(what, `${id} is not known`);
    }
  } catch (error) {
    fail(`the server, in the manifest of ${what},`, error.message);
  }
}

async function generateTypes(folder, hashAlgorithm) {
  const baseOutputDir = join(folder, 'generated/');
  const options = {
    baseOutputDir,
    presetConfig: { persistedDocuments: { hashAlgorithm } },
    schema: parse(schema),
    schemaAst: buildSchema(schema),
    documents: documents.map(({ name, document }) => ({ location: name, document, rawSDL: print(document) })),
    config: {},
    plugins: [],
    pluginMap: {},
    pluginContext: {},
  };
  const sections = await preset.buildGeneratesSection(options);
  mkdirSync(baseOutputDir, { recursive: true });
  for (const section of sections) writeFileSync(section.filename, await codegen(section));
  const manifest = join(baseOutputDir, 'persisted-documents.json');
  checkManifest(`graphql-codegen (${hashAlgorithm})`, manifest, hashAlgorithm);
  const tsc = join(here, 'node_modules', 'typescript', 'bin', 'tsc');
  const flags = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'esnext',
    '--moduleResolution',
    'bundler',
    '--ignoreConfig',
    '--lib',
    'esnext,dom',
  ];
  const files = sections.map(({ filename }) => filename).filter((name) => name.endsWith('.ts'));
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...flags, ...files], {
    cwd: here,
    encoding: 'utf8',
  });
  if (status !== 0) fail('the types of graphql-codegen', stdout);
}

function fail(what, text) {
  console.error(`${what} found:\n${text}`);
  process.exitCode = 1;
}

// Inside, so that what is generated finds the packages that it imports.
const folder = mkdtempSync(join(here, '.generated-'));
try {
  await lintSchema();
  for (const algorithm of ['MD5', 'SHA256']) compileForRelay(join(folder, algorithm), algorithm);
  for (const algorithm of ['sha1', 'sha256']) await generateTypes(join(folder, algorithm), algorithm);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (!process.exitCode)
  console.log(
    `${documents.length} operations: graphql-eslint, relay-compiler and graphql-codegen have nothing to say, and the server takes what they persist`,
  );

import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';
import prettier from 'eslint-config-prettier';

export default tseslint.config(
  { ignores: ['dist', 'coverage', '.data*'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Classes made of decorators only are the form that type-graphql and TypeORM ask for.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // It never returns from recursive types such as graphql-js's.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'off',
    },
  },
  {
    // The domain is pure: no clock, no randomness, no process.
    files: ['src/domain/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'process',
        'Buffer',
        'setTimeout',
        'setInterval',
        'crypto',
        'performance',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'Time is a parameter.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'migrations/**/*.ts'],
    ignores: ['src/domain/**/*.ts'],
    rules: {
      // What is built is CommonJS, where a local of one of these names hides the module's own.
      'no-restricted-syntax': [
        'error',
        ...['exports', 'module', 'require'].flatMap((name) =>
          [
            'VariableDeclarator > Identifier.id',
            'ObjectPattern > Property > Identifier.value',
            ':function > Identifier.params',
          ].map((place) => ({
            selector: `${place}[name="${name}"]`,
            message: `"${name}" hides that of the built module.`,
          })),
        ),
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/server/config.ts', 'src/cli/tierbook.ts', 'src/main.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only server/config.ts reads the environment.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // A test says what it expects an answer to look like.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      'no-restricted-properties': 'off',
    },
  },
  prettier,
);

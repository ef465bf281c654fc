import { DomainError } from '../../src/domain/errors';
import { Parameters } from '../../src/persistence/reads/parameters';

describe('the parameters of a statement', () => {
  test('are counted, and never become part of the text', () => {
    const parameters = new Parameters();
    expect([parameters.bind("O'Hara"), parameters.bind(['a', 'b']), parameters.bind(7)]).toEqual([
      '$1',
      '$2',
      '$3',
    ]);
    expect(parameters.values).toEqual(["O'Hara", ['a', 'b'], 7]);
  });

  test.each([
    ['a text', 'a\0'],
    ['a text among others', ['a', 'b\0']],
  ])('refuse the character that PostgreSQL has no text for in %s', (_where, value) => {
    expect(() => new Parameters().bind(value)).toThrow(DomainError);
  });
});

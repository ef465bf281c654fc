import { csmKeyOf, nameOf, roleOf } from '../../src/server/oidc/claims';

const SUB = { sub: 'u-17' };

describe('the role that claims give', () => {
  test.each<[string, object, string]>([
    ['a name', { tierbook_role: 'MANAGER' }, 'MANAGER'],
    ['a list of one', { tierbook_role: ['CSM'] }, 'CSM'],
    ['the one of several that may most', { tierbook_role: ['VIEWER', 'ADMIN', 'CSM'] }, 'ADMIN'],
    [
      'an entry among those of others',
      { roles: ['offline_access', 'tierbook:MANAGER', 'crm:ADMIN'] },
      'MANAGER',
    ],
    ['several entries', { roles: ['tierbook:VIEWER', 'tierbook:CSM'] }, 'CSM'],
    ['roles that are one text', { roles: 'tierbook:VIEWER' }, 'VIEWER'],
    ['its own claim before the shared one', { tierbook_role: 'VIEWER', roles: ['tierbook:ADMIN'] }, 'VIEWER'],
    ['nothing', {}, 'MISSING'],
    ['an empty list', { tierbook_role: [] }, 'MISSING'],
    [
      'an empty list, whatever the shared one says',
      { tierbook_role: [], roles: ['tierbook:ADMIN'] },
      'MISSING',
    ],
    ['roles of others alone', { roles: ['ADMIN', 'admin', 'xtierbook:ADMIN'] }, 'MISSING'],
    ['groups', { groups: ['tierbook:ADMIN'] }, 'MISSING'],
    ['small letters', { tierbook_role: 'admin' }, 'UNKNOWN'],
    ['letters that become capitals of others', { tierbook_role: 'admın' }, 'UNKNOWN'],
    ['a space', { tierbook_role: 'ADMIN ' }, 'UNKNOWN'],
    ['an unknown name', { tierbook_role: 'OWNER' }, 'UNKNOWN'],
    ['an unknown entry', { roles: ['tierbook:OWNER'] }, 'UNKNOWN'],
    ['one that is unknown among others', { tierbook_role: ['ADMIN', 'OWNER'] }, 'UNKNOWN'],
    ['names in one text', { tierbook_role: 'VIEWER ADMIN' }, 'UNKNOWN'],
    ['null', { tierbook_role: null }, 'UNKNOWN'],
    ['a number', { tierbook_role: 3 }, 'UNKNOWN'],
    ['an object', { tierbook_role: { ADMIN: true } }, 'UNKNOWN'],
    ['a list within a list', { tierbook_role: [['ADMIN']] }, 'UNKNOWN'],
    ['a name of every object', { tierbook_role: 'constructor' }, 'UNKNOWN'],
  ])('%s', (_title, claims, role) => {
    expect(roleOf({ ...SUB, ...claims })).toBe(role);
  });
});

describe('the CSM that claims name', () => {
  test.each<[string, object, object | null]>([
    ['by external id', { tierbook_csm: 'CSM-7' }, { externalId: 'CSM-7' }],
    [
      'by an e-mail that was verified',
      { email: 'a@x.example', email_verified: true },
      { email: 'a@x.example' },
    ],
    [
      'by one that was verified in words',
      { email: 'a@x.example', email_verified: 'true' },
      { email: 'a@x.example' },
    ],
    ['not by one that was not', { email: 'a@x.example', email_verified: false }, null],
    ['not by one of which nobody says so', { email: 'a@x.example' }, null],
    [
      'by external id alone where there is one',
      { tierbook_csm: 7, email: 'a@x.example', email_verified: true },
      null,
    ],
    ['not by an empty external id', { tierbook_csm: '' }, null],
    ['not by what no database takes', { tierbook_csm: 'CSM\0' }, null],
    ['not by what is too long', { tierbook_csm: 'C'.repeat(201) }, null],
    ['nobody', {}, null],
  ])('%s', (_title, claims, key) => {
    expect(csmKeyOf({ ...SUB, ...claims })).toEqual(key);
  });
});

describe('what a person is called', () => {
  test.each<[string, object, string]>([
    ['by name', { name: ' Ada Moss ', preferred_username: 'ada' }, 'Ada Moss'],
    ['by user name', { preferred_username: 'ada', email: 'a@x.example' }, 'ada'],
    ['by e-mail', { name: '', email: 'a@x.example' }, 'a@x.example'],
    ['by subject', { name: 'A\u0007', preferred_username: ['ada'], email: 'x'.repeat(201) }, 'u-17'],
  ])('%s', (_title, claims, name) => {
    expect(nameOf({ ...SUB, ...claims })).toBe(name);
  });
});

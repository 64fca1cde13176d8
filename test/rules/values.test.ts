/** Values and modifiers against what the specification (2.1.0) and pySigma's published cases say they mean. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { code1, says, says1, sigma, taken } from './support/rule.ts';

const yes = (key: string, value: string, f: unknown) =>
  assert.equal(says1(key, value, { f }), true, `${key}: ${value} on ${f}`);
const no = (key: string, value: string, f: unknown) =>
  assert.equal(says1(key, value, { f }), false, `${key}: ${value} on ${f}`);

describe('texts', () => {
  test('compare whole and without regard to case', () => {
    yes('f', "'WhoAmI'", 'whoami');
    no('f', "'who'", 'whoami');
    yes('f', "'ÄÖ'", 'äö');
  });

  test('wildcards: any length, exactly one', () => {
    yes('f', "'a*z'", 'az');
    yes('f', "'a*z'", 'a\nlong\nz');
    no('f', "'a*z'", 'azb');
    yes('f', "'prog?.exe'", 'progA.exe');
    no('f', "'prog?.exe'", 'prog.exe');
    yes('f', "'*'", '');
    assert.equal(says1('f', "'*'", {}), false, 'a lone wildcard asks for the field');
  });

  test('backslashes as the specification lists them', () => {
    yes('f', String.raw`'C:\Windows\x'`, String.raw`C:\Windows\x`);
    yes('f', String.raw`'C:\\Windows\\x'`, String.raw`C:\Windows\x`);
    yes('f', String.raw`'a\*b'`, 'a*b');
    no('f', String.raw`'a\*b'`, 'aXb');
    yes('f', String.raw`'a\?b'`, 'a?b');
    yes('f', String.raw`'a\\*'`, String.raw`a\bcd`);
    no('f', String.raw`'a\\*'`, 'abcd');
    yes('f', String.raw`'a\\\*'`, String.raw`a\*`);
    no('f', String.raw`'a\\\*'`, String.raw`a\x`);
    yes('f', String.raw`'a\\\\b'`, String.raw`a\\b`);
    yes('f', String.raw`'a\\\b'`, String.raw`a\\b`);
    yes('f', String.raw`'end\'`, String.raw`end\ `.trim());
    yes('f|contains', String.raw`'foobar\\'`, String.raw`xfoobar\y`);
  });

  test('pySigma: escaped\\*\\?\\\\*? is the text "escaped*?\\" and two wildcards', () => {
    yes('f', String.raw`'escaped\*\?\\*?'`, String.raw`escaped*?\anything`);
    no('f', String.raw`'escaped\*\?\\*?'`, String.raw`escaped*?\ `.trim());
  });

  test('an escaped text is found as it is, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const escaped = text.replace(/[\\*?]/g, '\\$&');
        return says1('f', JSON.stringify(escaped), { f: text }) === true;
      }),
    );
  });

  test('empty and null differ', () => {
    yes('f', "''", '');
    no('f', "''", null);
    no('f', 'null', '');
    yes('f', 'null', null);
    assert.equal(says1('f', 'null', {}), true);
    assert.equal(says1('f', "''", {}), false);
    assert.equal(code1('f', "['', null]"), 'VALUE');
    assert.equal(code1('f', '[]'), 'VALUE');
    assert.equal(code1('f', '{ a: b }'), 'VALUE');
  });

  test('numbers meet decimals and hexadecimals, booleans their words', () => {
    yes('f', '4688', 4688);
    yes('f', '4688', '4688');
    yes('f', '0x17', '0x17');
    yes('f', '23', '0x17');
    yes('f', "'4688'", 4688);
    no('f', '4688', '46880');
    yes('f', 'true', 'True');
    yes('f', 'true', true);
    yes('f', '9007199254740993', '9007199254740993');
    no('f', '9007199254740993', '9007199254740992');
    yes('f|contains', '00000429', 'x 00000429 y');
  });

  test('several values of a field: any of them', () => yes('f', "'b'", ['a', 'b']));
});

describe('modifiers', () => {
  test('startswith, endswith, contains, and wildcards within', () => {
    yes('f|startswith', "'ab'", 'ABc');
    no('f|startswith', "'b'", 'abc');
    yes('f|endswith', "'bc'", 'abc');
    yes('f|contains', "'b'", 'abc');
    yes('f|contains', "'a*c'", 'xabbcx');
    no('f|contains', "'a?c'", 'xabbcx');
    yes('f|contains', "'*b*'", 'abc');
  });

  test('cased', () => {
    yes('f|cased', "'Foo'", 'Foo');
    no('f|cased', "'Foo'", 'foo');
    yes('f|contains|cased', "'Foo'", 'xFoox');
    no('f|cased|contains', "'Foo'", 'xfoox');
    assert.equal(code1('f|cased', '5'), 'MODIFIER_TYPE');
  });

  test('all links with and; alternatives of one value stay or', () => {
    yes('f|contains|all', "['a', 'b']", 'b a');
    no('f|contains|all', "['a', 'b']", 'a');
    yes('f|contains|all|windash', "['-a', '-b']", 'x /b —a');
    no('f|contains|all|windash', "['-a', '-b']", '/a -a');
    assert.equal(code1('f|all', "'a'"), 'MODIFIER_USE');
  });

  test('neq: none of the values; with all: not every one', () => {
    no('f|neq', "['a', 'b']", 'a');
    yes('f|neq', "['a', 'b']", 'c');
    assert.equal(says1('f|neq', "'a'", {}), true, 'absent is different');
    yes('f|neq|contains', "'x'", 'abc');
    yes('f|contains|all|neq', "['a', 'b']", 'a');
    no('f|neq', '5', '5');
    assert.equal(says('s:\n  a|neq|fieldref: b\ncondition: s', { a: '1', b: '2' }), true);
  });

  test('exists takes only true and false and stands alone', () => {
    yes('f|exists', 'true', '');
    yes('f|exists', 'true', null);
    assert.equal(says1('f|exists', 'false', {}), true);
    assert.equal(code1('f|exists', "'yes'"), 'MODIFIER_TYPE');
    assert.equal(code1('f|contains|exists', 'true'), 'MODIFIER_TYPE');
    assert.equal(code1('|exists', 'true'), 'MODIFIER_USE');
  });

  test('windash: 25 ways for two options, inner dashes untouched (pySigma)', () => {
    const expr = taken(sigma("s:\n  f|windash: '-param-1 -param2'\ncondition: s")).variants[0]!.expr;
    assert.equal(expr.$ === 'or' && expr.of.length, 25);
    for (const a of '-/–—―') for (const b of '-/–—―') yes('f|windash', "'-param-1 -param2'", `${a}param-1 ${b}param2`);
    no('f|windash', "'-param-1 -param2'", '-param/1 -param2');
    yes('f|windash|contains', "' /q'", 'x -q');
    yes('f|windash', "'–x'", '/x');
    assert.equal(code1('f|windash', "'-a -b -c -d -e'"), 'LIMIT_EXPANSION');
  });

  test('re: searched, case-sensitive, flags i m s', () => {
    yes('f|re', String.raw`'a\d+b'`, 'xxa12bxx');
    no('f|re', "'ab'", 'AB');
    yes('f|re|i', "'ab'", 'AB');
    no('f|re', "'^b$'", 'a\nb');
    yes('f|re|m', "'^b$'", 'a\nb');
    no('f|re', "'a.b'", 'a\nb');
    yes('f|re|s', "'a.b'", 'a\nb');
    yes('f|re|i|m|s', "'^A.B$'", 'x\na\nb');
    yes('f|re|ignorecase', "'ab'", 'AB');
    yes('f|re', String.raw`'foo\\bar'`, String.raw`foo\bar`);
    assert.equal(code1('f|i', "'ab'"), 'MODIFIER_TYPE');
    assert.equal(code1('f|base64|re', "'ab'"), 'MODIFIER_USE');
  });

  test('re with startswith and endswith is anchored there', () => {
    yes('f|re|startswith', "'a|b'", 'bx');
    no('f|re|startswith', "'a|b'", 'xb');
    yes('f|re|endswith', "'a|b'", 'xb');
    no('f|re|endswith', "'a|b'", 'bx');
    yes('f|re|contains', "'a+'", 'xaax');
  });

  test('what linear time cannot match is refused', () => {
    for (const source of [
      '(?=x)',
      '(?<!x)y',
      String.raw`(a)\1`,
      '(?>a)',
      'a++',
      'a{2000}',
      '((a{100}){100}){100}',
      '[',
    ])
      assert.equal(code1('f|re', `'${source}'`), 'REGEX', source);
    assert.equal(code1('f|re', `'${'a'.repeat(5000)}'`), 'REGEX');
  });

  test('base64 and base64offset', () => {
    yes('f|base64', "'foobar'", 'Zm9vYmFy');
    for (const text of ['Zm9vYmFy', 'Zvb2Jhc', 'mb29iYX']) yes('f|base64offset', "'foobar'", text);
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (needle, before, after) => {
        const f = Buffer.from(before + needle + after, 'utf8').toString('base64');
        const value = JSON.stringify(needle.replace(/[\\*?]/g, '\\$&'));
        return says1('f|base64offset|contains', value, { f }) === true;
      }),
      { numRuns: 60 },
    );
    assert.equal(code1('f|base64', "'foo*bar'"), 'MODIFIER_USE');
    yes('f|base64', String.raw`'foo\*bar'`, Buffer.from('foo*bar').toString('base64'));
    assert.equal(code1('f|base64offset', "''"), 'VALUE');
    assert.equal(code1('f|base64', '5'), 'MODIFIER_TYPE');
  });

  test('UTF-16 in front of base64 is exact for every text, alone only for ASCII', () => {
    const wide = (t: string) => Buffer.from(t, 'utf16le');
    yes('f|wide|base64', "'žluť'", wide('žluť').toString('base64'));
    yes(
      'f|utf16le|base64offset|contains',
      "'ping'",
      Buffer.concat([Buffer.from('xy'), wide('ping')]).toString('base64'),
    );
    yes('f|utf16be|base64', "'ab'", Buffer.from([0, 97, 0, 98]).toString('base64'));
    yes('f|utf16|base64', "'ab'", Buffer.from([0xff, 0xfe, 97, 0, 98, 0]).toString('base64'));
    yes('f|wide|contains', "'ab'", 'xa\0b\0y');
    yes('f|wide', "'*foobar*'", 'f\0o\0o\0b\0a\0r\0');
    yes('f|utf16', "'ab'", '\ufeffa\0b\0');
    yes('f|utf16be', "'ab'", '\0a\0b');
    assert.equal(code1('f|wide', "'žluť'"), 'VALUE');
    assert.equal(code1('f|wide|utf16be', "'a'"), 'MODIFIER_USE');
  });

  test('comparisons take numbers only', () => {
    yes('f|lt', '5', 4);
    no('f|lt', '5', 5);
    yes('f|lte', '5', '5');
    yes('f|gt', '5', '0x10');
    yes('f|gte', '5.5', '5.5');
    no('f|gt', '5', 'many');
    assert.equal(code1('f|gte', "'123'"), 'MODIFIER_TYPE');
  });

  test('parts of a time', () => {
    const at = '2024-02-29T23:58:00Z';
    yes('f|minute', '58', at);
    yes('f|hour', '23', at);
    yes('f|day', '29', at);
    yes('f|month', '2', at);
    yes('f|year', '2024', at);
    no('f|hour', '22', at);
    assert.equal(code1('f|hour', '24'), 'VALUE');
    assert.equal(code1('f|week', '54'), 'VALUE');
    assert.equal(code1('f|minute', "'5'"), 'MODIFIER_TYPE');
  });

  test('cidr, both families; host bits must be zero (pySigma)', () => {
    yes('f|cidr', "'192.168.1.0/24'", '192.168.1.77');
    no('f|cidr', "'192.168.1.0/24'", '192.168.2.1');
    yes('f|cidr', "'2001:db8::/32'", '2001:db8:1::1');
    no('f|cidr', "'::/0'", '1.2.3.4');
    yes('f|cidr', "'10.0.0.1'", '10.0.0.1');
    for (const bad of [
      '192.168.1.1/24',
      '10.0.0.0/33',
      '1.2.3/8',
      '::1::/64',
      'fe80::/129',
      'a*/8',
      '256.0.0.0/8',
      '1:2:3:4:5:6:7:8:9/64',
    ])
      assert.equal(code1('f|cidr', `'${bad}'`), 'VALUE', bad);
    assert.equal(code1('f|contains|cidr', "'10.0.0.0/8'"), 'MODIFIER_USE');
  });

  test('fieldref, with startswith, endswith, contains behind it', () => {
    const about = (key: string, event: Record<string, string>) => says(`s:\n  ${key}: b\ncondition: s`, event);
    assert.equal(about('a|fieldref', { a: 'X', b: 'x' }), true);
    assert.equal(about('a|fieldref', { a: 'X' }), false);
    assert.equal(about('a|fieldref|startswith', { a: 'xy', b: 'X' }), true);
    assert.equal(about('a|fieldref|endswith', { a: 'xy', b: 'y' }), true);
    assert.equal(about('a|fieldref|contains', { a: 'xyz', b: 'y' }), true);
    assert.equal(about('a|fieldref|cased', { a: 'X', b: 'x' }), false);
    assert.equal(code1('a|fieldref', "'b*'"), 'MODIFIER_USE');
    assert.equal(code1('a|contains|fieldref', "'b'"), 'MODIFIER_USE');
    assert.equal(code1('|fieldref', "'b'"), 'MODIFIER_USE');
  });

  test('expand: only with a vocabulary, combinations, escapes', () => {
    const placeholders = { servers: ['srv*', 'db1'], admin: ['adm_?'], nets: ['10.0.0.0/8', '192.168.0.0/16'] };
    const on = (key: string, value: string, f: string) => says1(key, value, { f }, { placeholders });
    assert.equal(on('f|expand', "'%servers%'", 'srv-7'), true);
    assert.equal(on('f|expand', "'%servers%'", 'db1'), true);
    assert.equal(on('f|expand', "'%servers%'", 'db2'), false);
    assert.equal(on('f|expand', "'%servers%/%admin%'", 'db1/adm_x'), true);
    assert.equal(on('f|contains|expand', "'%servers%'", 'at db1.'), true);
    assert.equal(on('f|expand|contains', "'%servers%'", 'at db1.'), true);
    assert.equal(on('f|expand', String.raw`'\%plain%servers%'`, '%plaindb1'), true);
    assert.equal(on('f|cidr|expand', "'%nets%'", '192.168.3.4'), true);
    assert.equal(on('f|re|expand', "'^x-%servers%$'", 'x-srv.9'), true);
    assert.equal(says1('f', "'%servers%'", { f: '%servers%' }), true, 'without expand it is text');
    assert.equal(code1('f|expand', "'%nobody%'", { placeholders }), 'PLACEHOLDER');
    assert.equal(code1('f|expand', "'%toString%'", { placeholders }), 'PLACEHOLDER');
    assert.equal(code1('f|expand', `'${'%servers%'.repeat(12)}'`, { placeholders }), 'LIMIT_EXPANSION');
  });

  test('what is no modifier, or on the wrong type', () => {
    assert.equal(code1('f|containz', "'a'"), 'MODIFIER_UNKNOWN');
    assert.equal(code1('f|constructor', "'a'"), 'MODIFIER_UNKNOWN');
    assert.equal(code1('f|', "'a'"), 'MODIFIER_UNKNOWN');
    for (const m of ['contains', 'startswith', 'endswith', 'windash', 're', 'wide', 'cidr', 'fieldref', 'expand'])
      assert.equal(code1(`f|${m}`, '5'), 'MODIFIER_TYPE', m);
    assert.equal(code1('f|contains', 'null'), 'MODIFIER_TYPE');
    assert.equal(code1('f|cidr|contains', "'10.0.0.0/8'"), 'MODIFIER_TYPE');
  });
});

describe('keywords', () => {
  test('anywhere in any value; a list is or, |all is and', () => {
    assert.equal(says("k:\n  - 'event::clear'\n  - 'drop'\ncondition: k", { a: 'x EVENT::clear y' }), true);
    assert.equal(says("k: 'drop'\ncondition: k", { a: 'a', b: ['no', 'a drop of'] }), true);
    assert.equal(says("k:\n  '|all':\n    - 'one'\n    - 'two'\ncondition: k", { a: 'one', b: 'two' }), true);
    assert.equal(says("k:\n  '|all':\n    - 'one'\n    - 'two'\ncondition: k", { a: 'one' }), false);
    assert.equal(says("k:\n  - 'o?e*end'\ncondition: k", { a: 'xx one and end.' }), true);
    assert.equal(says("k:\n  '|re': '^o'\ncondition: k", { a: 'x', b: 'one' }), true);
    assert.equal(says('k:\n  - 4625\ncondition: k', { a: 'id 4625' }), true);
  });
  test('a blank at the edge of a keyword is also the edge of a value', () => {
    const k = "k:\n  '|all':\n    - 'Set-Mailbox'\n    - ' -Identity '\ncondition: k";
    assert.equal(says(k, { Data: ['Set-Mailbox', '-Identity "x" -Force'] }), true);
    assert.equal(says(k, { Data: ['Set-Mailbox', 'x-Identity "x"'] }), false);
    assert.equal(says("k: ' end '\ncondition: k", { a: ['the end', 'x'] }), true);
    assert.equal(says("k: ' end '\ncondition: k", { a: ['END'] }), true);
    assert.equal(says("k: ' end '\ncondition: k", { a: ['ends'] }), false);
  });
});

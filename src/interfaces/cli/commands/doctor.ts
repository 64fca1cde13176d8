import { accessSync, constants } from 'node:fs';
import { availableParallelism, freemem, tmpdir, totalmem } from 'node:os';
import { byteSize } from '../../../base/index.ts';
import { type Command, EXIT } from '../command.ts';
import { style, table } from '../style.ts';

interface Check {
  readonly what: string;
  readonly state: 'ok' | 'warn' | 'missing';
  readonly says: string;
}

/** What this machine offers and lacks for the work; every line says what follows from it. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'say what this machine offers and lacks',
  args: '[--json]',
  options: { json: { type: 'boolean', help: 'machine-readable' } },
  async run(values, _positionals, terminal) {
    const checks = [
      runtime(),
      permissionModel(),
      zstd(),
      await sqlite(),
      await duckdb(),
      cores(),
      memory(),
      temp(),
      zone(),
    ];
    if (values.json === true) {
      terminal.out(`${JSON.stringify(checks, null, 2)}\n`);
    } else {
      const paint = style(terminal.color);
      terminal.out(
        table(
          [{ title: 'check' }, { title: 'state' }, { title: 'says', min: 30 }],
          checks.map((c) => [c.what, c.state, c.says]),
          terminal.columns,
          (cell, row, column) =>
            column === 1 && checks[row]!.state !== 'ok'
              ? paint.level(checks[row]!.state === 'warn' ? 'medium' : 'high', cell)
              : cell,
        ),
      );
    }
    return checks.some((c) => c.state === 'missing') ? EXIT.failed : EXIT.nothing;
  },
};

function runtime(): Check {
  return { what: 'Node.js', state: 'ok', says: `${process.version} on ${process.platform} ${process.arch}` };
}

function permissionModel(): Check {
  const there = process.allowedNodeEnvironmentFlags.has('--permission');
  return {
    what: 'permission model',
    state: there ? 'ok' : 'missing',
    says: there
      ? 'readers run with read access to the evidence and nothing else'
      : 'readers cannot be confined: refusing to read evidence',
  };
}

function zstd(): Check {
  const there = 'zstd' in process.versions;
  return {
    what: 'zstd',
    state: there ? 'ok' : 'missing',
    says: there ? `${process.versions.zstd}` : 'the lake cannot be written',
  };
}

async function sqlite(): Promise<Check> {
  try {
    const { DatabaseSync } = await import('node:sqlite');
    const db = new DatabaseSync(':memory:');
    const row = db.prepare('select sqlite_version() v').get() as { v: string };
    db.close();
    return { what: 'SQLite', state: 'ok', says: row.v };
  } catch (error) {
    return { what: 'SQLite', state: 'missing', says: (error as Error).message };
  }
}

async function duckdb(): Promise<Check> {
  try {
    const { version } = await import('@duckdb/node-api');
    return { what: 'DuckDB', state: 'ok', says: version() };
  } catch (error) {
    return {
      what: 'DuckDB',
      state: 'missing',
      says: `no native part for this platform: ${(error as Error).message.split('\n')[0]}`,
    };
  }
}

function cores(): Check {
  const n = availableParallelism();
  return {
    what: 'cores',
    state: n > 1 ? 'ok' : 'warn',
    says: `${n}; investigate uses them all unless --jobs says otherwise`,
  };
}

function memory(): Check {
  const free = freemem();
  return {
    what: 'memory',
    state: free > 1e9 ? 'ok' : 'warn',
    says: `${byteSize(free)} free of ${byteSize(totalmem())}; the work needs about 220 MB and 190 MB for each reader process (--jobs), whatever the size of the evidence`,
  };
}

function temp(): Check {
  try {
    accessSync(tmpdir(), constants.W_OK);
    return { what: 'temporary folder', state: 'ok', says: tmpdir() };
  } catch {
    return { what: 'temporary folder', state: 'warn', says: `${tmpdir()} cannot be written` };
  }
}

function zone(): Check {
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    what: 'time zone',
    state: 'ok',
    says: `${local}; czernin counts and shows UTC, and says where a zone was assumed`,
  };
}

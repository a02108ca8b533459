#!/usr/bin/env node
// Compiles the contracts from scratch and writes artifacts/<Name>.json; with --check compares instead and names what differs.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { programOf } from './foundry.mjs';

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const contracts = [
  'P256Verifier', 'Bamtol', 'Bamnamu', 'MemberAccount', 'MemberAccounts', 'DeviceRegistry', 'CotAnchor', 'RewardDistributor', 'OrderEscrow',
];

/** Only src is compiled, always all of it: solc's output may depend on what else is in the same run. */
function compile(folder) {
  execFileSync(programOf('forge'), ['build', 'src', '--ast', '--out', join(folder, 'out'), '--cache-path', join(folder, 'cache')], {
    cwd: home, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FOUNDRY_PROFILE: 'default' },
  });
}

/** Names of all immutable variables by the compiler's ids, which the runtime code's references go by. */
function immutableNames(folder) {
  const names = {};
  const walk = node => {
    if (node === null || typeof node !== 'object') return;
    if (node.nodeType === 'VariableDeclaration' && node.mutability === 'immutable') names[node.id] = node.name;
    for (const child of Object.values(node)) walk(child);
  };
  for (const path of readdirSync(join(folder, 'out'), { recursive: true }))
    if (path.endsWith('.json') && !path.startsWith('build-info')) walk(JSON.parse(readFileSync(join(folder, 'out', path), 'utf8')).ast ?? null);
  return names;
}

/** Where the constructor writes each immutable into the runtime code: whole words, left as zeros by the compiler. */
function immutablesOf(output, names) {
  const places = Object.entries(output.deployedBytecode.immutableReferences ?? {}).map(([id, uses]) => {
    if (!names[id] || uses.some(use => use.length !== 32)) throw new Error(`Immutable ${id} has no name or is not a word.`);
    return [names[id], uses.map(use => use.start).sort((a, b) => a - b)];
  });
  if (new Set(places.map(([name]) => name)).size < places.length) throw new Error('Two immutables of one contract share a name.');
  return Object.fromEntries(places.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function artifactOf(name, folder, names) {
  const output = JSON.parse(readFileSync(join(folder, 'out', `${name}.sol`, `${name}.json`), 'utf8'));
  const { compiler, settings, sources } = output.metadata;
  const sourceHash = createHash('sha256');
  for (const path of Object.keys(sources).sort()) sourceHash.update(`${path} ${sources[path].keccak256}\n`);
  const head = {
    contract: name,
    compiler: {
      solc: compiler.version, evmVersion: settings.evmVersion, viaIR: settings.viaIR, optimizerRuns: settings.optimizer.runs,
      openzeppelin: JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).dependencies['@openzeppelin/contracts'],
    },
    sourceHash: `0x${sourceHash.digest('hex')}`,
    runtimeBytes: output.deployedBytecode.object.length / 2 - 1,
    immutables: immutablesOf(output, names),
  };
  // One ABI entry per line, so that a change reads well.
  const abi = output.abi.map(entry => `    ${JSON.stringify(entry)}`).join(',\n');
  const fields = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n${fields.join(',\n')},\n  "abi": [\n${abi}\n  ],\n  "bytecode": "${output.bytecode.object}",\n  "runtime": "${output.deployedBytecode.object}"\n}\n`;
}

const checking = process.argv.includes('--check');
const folder = mkdtempSync(join(tmpdir(), 'pantrychain-contracts-'));
try {
  compile(folder);
  mkdirSync(join(home, 'artifacts'), { recursive: true });
  const names = immutableNames(folder);
  const stale = contracts.filter(name => {
    const path = join(home, 'artifacts', `${name}.json`);
    const fresh = artifactOf(name, folder, names);
    if (existsSync(path) && readFileSync(path, 'utf8') === fresh) return false;
    if (!checking) writeFileSync(path, fresh);
    return true;
  });
  if (stale.length === 0) console.log(`${contracts.length} artifacts are what the sources compile to`);
  else if (checking) {
    console.error(`Not what the sources compile to: ${stale.join(', ')}. Run 'npm run artifacts' in src/Ledger/Solidity and commit artifacts/.`);
    process.exitCode = 1;
  } else console.log(`Written: ${stale.join(', ')}`);
} catch (error) {
  console.error(error.stdout ? `${error.stdout}${error.stderr}` : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

#!/usr/bin/env node
// Where Foundry's programs are, and, run by npm after an install, the remedy when npm left them out: they are native and run anywhere, but their packages
// ask for Node 20 and npm silently skips optional packages on an older one (Debian 12 has Node 18).
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const version = '1.7.1';
const tools = ['forge', 'anvil', 'cast'];
const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;

/** The native program itself: no Node process stays between it and its parent, so signals reach it. */
export const programOf = tool => join(home, 'node_modules', '@foundry-rs', `${tool}-${platform}`, 'bin', tool);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = tools.filter(tool => !existsSync(programOf(tool)));
  if (missing.length > 0) {
    const packages = missing.map(tool => `@foundry-rs/${tool}-${platform}@${version}`);
    const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
    const [program, ...first] = npm;
    execFileSync(program, [...first, 'install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...packages], {
      cwd: home, stdio: 'inherit',
    });
  }
}

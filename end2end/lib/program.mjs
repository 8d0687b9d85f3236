// The program under test: started over an empty folder on a free port, stopped in order.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from './check.mjs';

export class Program {
  #goWithUs;

  /** Starts `binary`; `settings(port)` are further variables of its environment. */
  static async start(binary, settings) {
    const program = new Program();
    program.folder = await mkdtemp(join(tmpdir(), 'dropcast-end2end-'));
    program.port = await freePort();
    program.said = '';
    program.child = spawn(binary, ['serve'], {
      cwd: program.folder,
      // Nothing of our own environment is meant for it.
      env: { DROPCAST_LISTEN: `127.0.0.1:${program.port}`, ...settings(program.port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [program.child.stdout, program.child.stderr]) {
      stream.on('data', (piece) => {
        program.said = (program.said + piece).slice(-8000);
      });
    }
    program.ended = once(program.child, 'exit').then(([code, signal]) => signal ?? code, (error) => error.message);
    // Even a suite that breaks off leaves nothing running.
    program.#goWithUs = () => {
      program.child.kill('SIGKILL');
      rmSync(program.folder, { recursive: true, force: true });
    };
    process.once('exit', program.#goWithUs);
    let gone;
    program.ended.then((how) => (gone = how));
    await until('the program is ready', async () => {
      if (gone !== undefined) throw new Error(`the program ended (${gone}):\n${program.said}`);
      return (await program.request('GET', '/readyz').catch(() => undefined))?.status === 200;
    });
    return program;
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A request as a program makes it: no origin, no cookies. */
  request(method, path, body, headers = {}) {
    return new Promise((resolve, reject) => {
      const call = http.request({ host: '127.0.0.1', port: this.port, method, path, headers }, async (answer) => {
        const pieces = [];
        try {
          for await (const piece of answer) pieces.push(piece);
          resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) });
        } catch (error) {
          reject(error);
        }
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  /** Puts a file in past the browser. */
  async put(name, content) {
    const answer = await this.request('PUT', `/api/v1/files/${encodeURIComponent(name)}`, content);
    if (answer.status !== 201) throw new Error(`upload of ${name}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body);
  }

  async files() {
    return JSON.parse((await this.request('GET', '/api/v1/files')).body);
  }

  /** Changes its database behind its back, as another process may. */
  sql(statement) {
    const file = join(this.folder, 'data', 'dropcast.db');
    // Whoever writes is waited for, and nothing that a person prefers is read.
    execFileSync('sqlite3', ['-init', '/dev/null', '-batch', '-bail', '-cmd', '.timeout 10000', file, statement], { stdio: 'pipe' });
  }

  /** Ends it as a supervisor would; says what was wrong with how it left. */
  async stop() {
    this.child.kill('SIGTERM');
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), 30_000);
    const how = await this.ended;
    clearTimeout(impatience);
    await rm(this.folder, { recursive: true, force: true });
    process.off('exit', this.#goWithUs);
    return how === 0 ? undefined : `the program left with ${how} instead of 0`;
  }

  lastWords() {
    return this.said.split('\n').slice(-15).join('\n');
  }
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

// A proxy in front of the program that can play its next version: another name for the build, in
// the pages, in the worker and in the addresses of its files. What belonged to the former is gone.

import { once } from 'node:events';
import http from 'node:http';

const REWRITTEN = /^(text\/html|text\/javascript)/;

export class Upgrade {
  /** Stands in front of `program`, still in its first version. */
  static async before(program) {
    const upgrade = new Upgrade();
    const page = await program.request('GET', '/offline');
    upgrade.first = String(page.body).match(/\/pkg\/([0-9a-f]{16})\//)[1];
    upgrade.second = [...upgrade.first].reverse().join('');
    upgrade.done = false;
    upgrade.away = false;
    upgrade.server = http.createServer((request, answer) => upgrade.#pass(program, request, answer));
    upgrade.server.listen(0, '127.0.0.1');
    await once(upgrade.server, 'listening');
    upgrade.origin = `http://127.0.0.1:${upgrade.server.address().port}`;
    return upgrade;
  }

  /** From here on the second version answers. */
  happen() {
    this.done = true;
  }

  async close() {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  #pass(program, request, answer) {
    if (this.away) {
      answer.writeHead(502, { 'content-type': 'text/html' });
      answer.end('<h1>Bad Gateway</h1>');
      return;
    }
    let path = request.url;
    if (this.done) path = path.replaceAll(this.first, '0'.repeat(16)).replaceAll(this.second, this.first);
    const headers = { ...request.headers, 'accept-encoding': 'identity' };
    const call = http.request({ host: '127.0.0.1', port: program.port, method: request.method, path, headers }, async (inner) => {
      const rewrite = this.done && REWRITTEN.test(inner.headers['content-type'] ?? '');
      if (!rewrite) {
        answer.writeHead(inner.statusCode, inner.headers);
        inner.pipe(answer);
        return;
      }
      const pieces = [];
      for await (const piece of inner) pieces.push(piece);
      const text = this.#renamed(Buffer.concat(pieces).toString());
      const { 'content-length': length, 'transfer-encoding': coding, ...kept } = inner.headers;
      answer.writeHead(inner.statusCode, request.method === 'HEAD' ? inner.headers : { ...kept, 'content-length': Buffer.byteLength(text) });
      answer.end(text);
    });
    call.on('error', () => answer.destroy());
    request.pipe(call);
  }

  #renamed(text) {
    return text.replaceAll(this.first, this.second).replace(/const BUILD = "(\w+)"/, (_, build) => `const BUILD = "next-${build}"`);
  }
}
